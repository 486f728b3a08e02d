/**
 * The packages that a candidate may import: strop's own modules with all that they import, bundled once into one text
 * each, and the engine files that they need at run time.
 */
import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";

import type { OnResolveArgs, OnResolveResult, Plugin } from "esbuild";

import { StropError } from "../../core/errors.ts";
import { runBundler } from "./bundler.ts";
import { remember } from "./remember.ts";

export interface Packaged {
  /** JavaScript whose only imports are Node's own modules, on paths that a sandbox never takes. */
  readonly text: string;
  /** See `readAssets`. */
  readonly assets: readonly string[];
}

/** The WebAssembly of ONNX Runtime, by its name in the npm package. */
const ENGINE = "ort-wasm-simd-threaded.wasm";

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const ownModule = (path: string): string => fileURLToPath(new URL(`../../${path}${extension}`, import.meta.url));

/** What a program may import besides its own folder's files: specifier to absolute path. */
export const stropPackages: Readonly<Record<string, string>> = {
  "strop/improver": ownModule("improver"),
  "strop/nn": ownModule("nn/index"),
  "strop/task": ownModule("task"),
};

const packaged = new Map<string, Promise<Packaged>>();

/** The trusted module at `path`, bundled with everything it imports; once per process. */
export const packageText = (path: string): Promise<Packaged> => remember(packaged, path, () => bundlePackage(path));

async function bundlePackage(path: string): Promise<Packaged> {
  const { text, inputs } = await runBundler({ entryPoints: [path], plugins: [builtinsOutside] });
  const usesEngine = inputs.some((input) => input.includes("node_modules/onnxruntime-web/"));
  return { text, assets: usesEngine ? [ENGINE] : [] };
}

/** Trusted code that has a branch for Node keeps it; there is no Node where it will run. */
export const leaveBuiltinsOutside = ({ path }: OnResolveArgs): OnResolveResult | undefined =>
  isBuiltin(path) ? { path, external: true } : undefined;

const builtinsOutside: Plugin = {
  name: "builtins-outside",
  setup: (bundler) => bundler.onResolve({ filter: /.*/ }, leaveBuiltinsOutside),
};

const enginePath = (): string => fileURLToPath(import.meta.resolve(`onnxruntime-web/${ENGINE}`));
const assets = new Map<string, Promise<Uint8Array>>();

/** The bytes of the named assets, read once per process. Throws StropError `bundle.no-asset` for any other name. */
export async function readAssets(names: readonly string[]): Promise<Readonly<Record<string, Uint8Array>>> {
  const read = async (name: string): Promise<[string, Uint8Array]> => {
    if (name !== ENGINE) throw new StropError("bundle.no-asset", `expected ${ENGINE}, found ${name}`);
    return [name, await remember(assets, name, () => readFile(enginePath()))];
  };
  return Object.fromEntries(await Promise.all(names.map(read)));
}

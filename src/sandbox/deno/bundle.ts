/**
 * Makes one self-contained module out of a candidate's TypeScript. This runs on the host, on hostile text: the
 * candidate's imports reach only the texts that were handed in and an allow-list of trusted packages, never the disk.
 */
import { createHash } from "node:crypto";
import { posix } from "node:path";

import type { BuildFailure, Loader, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";

import { StropError, messageOf } from "../../core/errors.ts";
import { reported } from "../../core/printable.ts";
import { type BundlerEntry, runBundler, runTransform } from "./bundler.ts";
import { nestingObstacle } from "./nesting.ts";
import { remember } from "./remember.ts";
import { type Packaged, leaveBuiltinsOutside, packageText, stropPackages } from "./packages.ts";

export { readAssets } from "./packages.ts";

export interface BundleRequest {
  /** Path of the module; its default export becomes the job. */
  readonly entry: string;
  /** Our own JavaScript, which no file can import: it finds the entry's exports in `program`, and its default export becomes the job. */
  readonly around?: string;
  /** Path with `/` separators, relative to the task's folder, to text. */
  readonly files: Readonly<Record<string, string>>;
  /** Specifiers that may be imported, to the absolute paths of their trusted modules; default `stropPackages`. */
  readonly packages?: Readonly<Record<string, string>>;
}

export interface Bundle {
  /** JavaScript without imports. */
  readonly source: string;
  /** Names for `readAssets`: engine files that the bundled packages need as bytes. */
  readonly assets: readonly string[];
}

/** Why a candidate's text is no module that can be run. */
export interface BundleProblem {
  readonly problem: string;
}

/** Longest total text that is worth bundling, of what a program imports: data lies beside it. */
const SOURCE_LENGTH = 4 * 1024 * 1024;
const KEPT_BUNDLES = 16;
const kept = new Map<string, Promise<Bundle>>();

/**
 * Bundles `entry` and what it imports. Equal requests are bundled once.
 * Throws StropError `bundle.failed`, its message naming file, line and refused import: the candidate is invalid.
 */
export function bundleModule(request: BundleRequest): Promise<Bundle> {
  const key = createHash("sha256")
    .update(JSON.stringify([request.entry, request.around, request.files, request.packages]))
    .digest("hex");
  const bundle = remember(kept, key, () => bundleAnew(request));
  // Last used, last dropped.
  kept.delete(key);
  kept.set(key, bundle);
  if (kept.size > KEPT_BUNDLES) kept.delete(kept.keys().next().value as string);
  return bundle;
}

/** As `bundleModule`, for a candidate: what is wrong with its text is an outcome. */
export async function bundleCandidate(request: BundleRequest): Promise<Bundle | BundleProblem> {
  try {
    return await bundleModule(request);
  } catch (thrown) {
    if (thrown instanceof StropError && thrown.code === "bundle.failed") return { problem: thrown.message };
    throw thrown;
  }
}

async function bundleAnew(request: BundleRequest): Promise<Bundle> {
  const { entry, around, files, packages = stropPackages } = request;
  const alone = await wrapAlone(request);
  if (alone !== undefined) return { source: alone, assets: [] };
  const imported = new Map<string, Packaged>();
  try {
    const start: BundlerEntry =
      around === undefined
        ? { entryPoints: [entry] }
        : { stdin: { contents: `import * as program from ${JSON.stringify(`../${entry}`)};\n${around}`, ...AROUND } };
    const result = await runBundler({ ...start, plugins: [confine(files, packages, imported)] });
    return { source: result.text, assets: [...new Set([...imported.values()].flatMap((each) => each.assets))] };
  } catch (error) {
    throw failed(explain(error), error);
  }
}

/** A path that no program can have: `.strop` is outside every scope. */
const AROUND = { sourcefile: ".strop/around.js", loader: "js" } as const;

/**
 * A program that imports nothing, in one question to the bundler instead of four; undefined where there is any doubt, and for what goes
 * wrong, which the bundler says better.
 */
async function wrapAlone({ entry, around, files }: BundleRequest): Promise<string | undefined> {
  const text = Object.hasOwn(files, entry) ? files[entry] : undefined;
  const loader = LOADERS[posix.extname(entry)];
  if (around === undefined || text === undefined || (loader !== "ts" && loader !== "js")) return undefined;
  if (nestingObstacle(text) !== undefined || text.length > SOURCE_LENGTH) return undefined;
  if (!/\bexport\s+default\b/.test(text) || /\b(import|require)\b|\bexport\s*[*{]/.test(text)) return undefined;
  const script = await runTransform(text, "program", loader).catch(() => undefined);
  return script && `${script}\n${around}`;
}

const failed = (message: string, cause?: unknown): StropError =>
  new StropError("bundle.failed", message, {
    cause,
    hint: "Import only the program's own files by relative paths, and strop's own modules (strop/task, strop/nn; strop/improver in an improver).",
  });

function explain(error: unknown): string {
  const errors = (error as Partial<BuildFailure>).errors;
  if (errors === undefined || errors.length === 0) return `the program could not be bundled: ${messageOf(error)}`;
  const sentences = errors
    .slice(0, 5)
    .map(({ text, location }) =>
      location === null ? text : `${location.file.replace(/^candidate:/, "")}:${location.line}: ${text}`,
    );
  // They quote the program.
  return reported(sentences.join("\n"));
}

/** Everything that the candidate wrote is in the first namespace, the allowed packages in the second. */
const [CANDIDATE, PACKAGE] = ["candidate", "package"];
const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".js": "js",
  ".mjs": "js",
  ".json": "json",
};
const SUFFIXES = ["", ".ts", ".js", ".mts", ".mjs", ".json", "/index.ts", "/index.js"];

function confine(
  files: BundleRequest["files"],
  packages: Readonly<Record<string, string>>,
  imported: Map<string, Packaged>,
): Plugin {
  return {
    name: "confine",
    setup(bundler) {
      bundler.onResolve({ filter: /.*/ }, (request) => {
        if (request.kind === "entry-point") return ownFile(files, request.path, request);
        if (request.namespace === PACKAGE)
          return leaveBuiltinsOutside(request) ?? refuse(request, "the package was bundled without it");
        if (Object.hasOwn(packages, request.path)) return { path: packages[request.path] ?? "", namespace: PACKAGE };
        if (!/^\.{1,2}(\/|$)/.test(request.path))
          return refuse(request, "only the program's own files and strop's packages can be imported");
        return ownFile(files, posix.join(posix.dirname(request.importer), request.path), request);
      });
      bundler.onLoad({ filter: /.*/, namespace: PACKAGE }, async ({ path }) => {
        const packaged = await packageText(path);
        imported.set(path, packaged);
        return { contents: packaged.text, loader: "js" };
      });
      let length = 0;
      bundler.onLoad({ filter: /.*/, namespace: CANDIDATE }, ({ path }) => {
        const contents = files[path] ?? "";
        length += contents.length;
        const obstacle =
          length > SOURCE_LENGTH ? `expected at most ${SOURCE_LENGTH} characters of source` : nestingObstacle(contents);
        if (obstacle !== undefined) return { errors: [{ text: `${path}: ${obstacle}` }] };
        return { contents, loader: LOADERS[posix.extname(path)] ?? "ts" };
      });
    },
  };
}

function ownFile(files: BundleRequest["files"], path: string, request: OnResolveArgs): OnResolveResult {
  const attributes = Object.entries(request.with).filter(([key, value]) => key !== "type" || value !== "json");
  if (attributes.length > 0) return refuse(request, `import attribute ${attributes[0]?.join(": ")} is not supported`);
  const wanted = posix.normalize(path);
  // TypeScript's own convention: `./x.js` may mean `./x.ts`.
  const candidates = [...SUFFIXES.map((suffix) => wanted + suffix), wanted.replace(/\.(m?)js$/, ".$1ts")];
  const found = candidates.find((each) => Object.hasOwn(files, each));
  if (found === undefined) return refuse(request, "there is no such file in the program or its environment");
  if (LOADERS[posix.extname(found)] === undefined)
    return refuse(request, `only ${Object.keys(LOADERS).join(", ")} can be imported`);
  return { path: found, namespace: CANDIDATE };
}

const refuse = (request: OnResolveArgs, why: string): OnResolveResult => ({
  errors: [{ text: `cannot import "${request.path.slice(0, 200)}": ${why}` }],
});

/**
 * The command line that starts Deno with the loader and no rights at all. The loader travels inside the command line
 * as a data: URL, so Deno reads no file of ours; the program comes later, on stdin, and is never the main module:
 * Deno lets a main module import any text file of the machine.
 */
import { readFileSync } from "node:fs";

import { transformSync } from "esbuild";

/** Written nowhere: a folder that cannot exist. Nothing that a program leaves behind outlives its process. */
export const DENO_ENVIRONMENT = { DENO_DIR: "/dev/null/deno", NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };

const FLAGS = [
  "run",
  "--quiet",
  "--no-prompt",
  "--no-remote",
  "--no-npm",
  "--no-config",
  "--no-lock",
  "--no-check",
  "--no-code-cache",
  "--cached-only",
  "--deny-import",
  "--deny-read",
  "--deny-write",
  "--deny-net",
  "--deny-env",
  "--deny-run",
  "--deny-ffi",
  "--deny-sys",
];

/** V8's own heap may be this much larger than the limit, so that the host sees the excess before V8 gives up. */
const HEAP_MARGIN = 1.25;

export function denoCommand(deno: string, memoryBytes: number): string[] {
  const heapMegabytes = Math.ceil((memoryBytes * HEAP_MARGIN) / 1024 / 1024);
  return [deno, ...FLAGS, `--v8-flags=--max-old-space-size=${heapMegabytes}`, loaderUrl()];
}

let cachedLoaderUrl: string | undefined;

/** Always JavaScript: Deno's own TypeScript compiler takes 170 ms to start. */
function loaderUrl(): string {
  cachedLoaderUrl ??= `data:application/javascript;base64,${Buffer.from(loaderText()).toString("base64")}`;
  return cachedLoaderUrl;
}

function loaderText(): string {
  if (!import.meta.url.endsWith(".ts")) return readFileSync(new URL("./loader.js", import.meta.url), "utf8");
  const text = readFileSync(new URL("./loader.ts", import.meta.url), "utf8");
  return transformSync(text, { loader: "ts", format: "esm", target: "esnext" }).code;
}

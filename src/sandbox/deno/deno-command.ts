/**
 * The command line that starts Deno with the loader and no rights at all. The loader travels inside the command line
 * as a data: URL, so Deno reads no file of ours; the program comes later, on stdin, and is never the main module:
 * Deno lets a main module import any text file of the machine.
 */
import { readFile } from "node:fs/promises";

import { transform } from "esbuild";

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

/** `main`: what `readLoader` gave. */
export function denoCommand(deno: string, main: string, memoryBytes: number): string[] {
  const heapMegabytes = Math.ceil((memoryBytes * HEAP_MARGIN) / 1024 / 1024);
  return [deno, ...FLAGS, `--v8-flags=--max-old-space-size=${heapMegabytes}`, main];
}

/** The loader as a data: URL. Always JavaScript: Deno's own TypeScript compiler takes 170 ms to start. */
export async function readLoader(): Promise<string> {
  const isSource = import.meta.url.endsWith(".ts");
  const text = await readFile(new URL(isSource ? "./loader.ts" : "./loader.js", import.meta.url), "utf8");
  const code = isSource ? (await transform(text, { loader: "ts", format: "esm", target: "esnext" })).code : text;
  return `data:application/javascript;base64,${Buffer.from(code).toString("base64")}`;
}

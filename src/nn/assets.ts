/**
 * The engine's files on the host: what an executor hands to a sandboxed program as `assets`. Reads the disk, so it is
 * no part of `strop/nn`, which must be bundlable for the sandbox.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { wasmAsset } from "./backends/wasm.ts";

/** Where ONNX Runtime's WebAssembly lies: in the installed package `onnxruntime-web`. */
export const wasmPath = (): string => fileURLToPath(import.meta.resolve(`onnxruntime-web/${wasmAsset}`));

/** The assets that `wasmBackend` needs, 14 MB. */
export async function readAssets(): Promise<Readonly<Record<string, Uint8Array>>> {
  return { [wasmAsset]: await readFile(wasmPath()) };
}

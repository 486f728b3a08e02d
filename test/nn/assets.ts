/** The engine's files, as an executor hands them to a sandboxed program. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { wasmAsset } from "../../src/nn/backends/wasm.ts";

export async function readAssets(): Promise<Readonly<Record<string, Uint8Array>>> {
  return { [wasmAsset]: await readFile(fileURLToPath(new URL(import.meta.resolve(`onnxruntime-web/${wasmAsset}`)))) };
}

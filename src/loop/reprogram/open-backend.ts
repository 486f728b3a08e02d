/** What trains models: ONNX Runtime, natively where it is installed, else as WebAssembly. */
import { type Backend, nativeBackend, wasmAsset, wasmBackend } from "../../nn/index.ts";
import { messageOf, StropError } from "../../core/errors.ts";
import { readAssets } from "../../sandbox/deno/packages.ts";

export interface BackendChoice {
  readonly name: "native" | "wasm";
  /** Of native; WebAssembly has one. */
  readonly threads: number;
}

/** The choice, or the best there is, and why it is not native. */
export async function chooseBackend(
  name: "auto" | "native" | "wasm",
  threads: number,
): Promise<{ readonly choice: BackendChoice; readonly note: string | undefined }> {
  if (name !== "auto") return { choice: { name, threads: name === "wasm" ? 1 : threads }, note: undefined };
  try {
    await nativeBackend();
    return { choice: { name: "native", threads }, note: undefined };
  } catch (thrown) {
    if (!(thrown instanceof StropError)) throw thrown;
    const note = `training as WebAssembly, about three times as slow: ${messageOf(thrown)}; ${thrown.hint ?? ""}`;
    return { choice: { name: "wasm", threads: 1 }, note };
  }
}

/** Throws StropError `nn.no-native` where the package is not installed. */
export const openBackend = async ({ name, threads }: BackendChoice): Promise<Backend> =>
  name === "native" ? nativeBackend({ threads }) : wasmBackend(await readAssets([wasmAsset]));

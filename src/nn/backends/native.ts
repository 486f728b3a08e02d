/** ONNX Runtime's native build, from the optional package `onnxruntime-node`. For the host side, never for the sandbox. */
import { StropError } from "../../core/errors.ts";
import type { Backend } from "../backend.ts";
import { openSession, type Runtime } from "./session.ts";

export interface NativeOptions {
  /** Threads within one operator; default: the runtime's choice, one per core. */
  readonly threads?: number;
}

// Not a literal, so that bundlers leave the optional package alone.
const packageName: string = "onnxruntime-node";

/** @throws StropError `nn.no-native` when the package is not installed. */
export async function nativeBackend({ threads }: NativeOptions = {}): Promise<Backend> {
  const runtime = await load();
  const session = threads === undefined ? {} : { intraOpNumThreads: threads };
  return {
    name: "native",
    open: (model) => openSession(runtime, model, { session: { ...session, logSeverityLevel: 3 }, reusesBuffers: true }),
  };
}

async function load(): Promise<Runtime> {
  try {
    return (await import(packageName)) as Runtime;
  } catch (cause) {
    throw new StropError("nn.no-native", `expected the package ${packageName} to load, found that it does not`, {
      hint: `Run \`npm install ${packageName}\`, or use wasmBackend.`,
      cause,
    });
  }
}

/**
 * ONNX Runtime as WebAssembly, on one thread. Made for the sandbox: the engine's bytes are an argument, and nothing is
 * fetched, read or imported at run time, so that it works where a program has no rights at all.
 */
import * as ort from "onnxruntime-web/wasm";
import { StropError } from "../../core/errors.ts";
import type { Backend } from "../backend.ts";
import { fasterEngine } from "./faster-engine.ts";
import { openSession } from "./session.ts";

/** The engine's name among a trial's assets, and of the file in the npm package `onnxruntime-web`. */
export const wasmAsset = "ort-wasm-simd-threaded.wasm";

/**
 * @param assets files by name, `wasmAsset` among them: a trial's `assets`. The first call's engine serves all.
 * @throws StropError `nn.no-engine` when it is missing.
 */
export function wasmBackend(assets: Readonly<Record<string, Uint8Array>>): Backend {
  const engine = assets[wasmAsset];
  if (engine === undefined) {
    const found = Object.keys(assets).join(", ") || "nothing";
    throw new StropError("nn.no-engine", `expected ${wasmAsset} among the assets, found ${found}`, {
      hint: "Pass trial.assets or evaluation.assets; outside strop, read the file from the package onnxruntime-web.",
    });
  }
  const { wasm } = ort.env;
  wasm.wasmBinary ??= fasterEngine(engine);
  wasm.numThreads = 1;
  wasm.proxy = false;
  ort.env.logLevel = "error";
  const session = { executionProviders: ["wasm"] };
  return {
    name: "wasm",
    open: (model) => openSession(ort, model, { session, reusesBuffers: false }),
  };
}

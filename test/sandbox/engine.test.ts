/**
 * A program without any right trains and runs networks: ONNX Runtime's WebAssembly, bundled into the module, its
 * bytes handed in. The model is z = x + y over float[2], its protobuf written out by hand.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { bundleModule, readAssets } from "../../src/sandbox/deno/bundle.ts";
import { moduleTiers, runSource, sandboxOf, temporaryFolder } from "./helpers.ts";

/** A protobuf field with a length: tag and content. */
const field = (number: number, content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes]);
};
const varint = (number: number, value: number): Buffer => Buffer.of(number << 3, value);
/** ValueInfoProto: name, and the type tensor(float) of shape [2]. */
const value = (name: string): Buffer => {
  const shape = field(2, field(1, varint(1, 2)));
  return Buffer.concat([field(1, name), field(2, field(1, Buffer.concat([varint(1, 1), shape])))]);
};
const node = Buffer.concat([field(1, "x"), field(1, "y"), field(2, "z"), field(4, "Add")]);
const graph = Buffer.concat([
  field(1, node),
  field(2, "g"),
  field(11, value("x")),
  field(11, value("y")),
  field(12, value("z")),
]);
const model = Buffer.concat([varint(1, 8), field(7, graph), field(8, Buffer.concat([field(1, ""), varint(2, 17)]))]);

const engineModule = `
import * as ort from "engine";
export default async ({ blobs }) => {
  ort.env.wasm.wasmBinary = blobs["ort-wasm-simd-threaded.wasm"];
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(blobs.model, { executionProviders: ["wasm"] });
  const feed = (...values) => new ort.Tensor("float32", Float32Array.from(values), [2]);
  const { z } = await session.run({ x: feed(1, 2), y: feed(40, 0.5) });
  return Array.from(z.data);
}`;

/** A trusted package that hands on the engine, in a folder from which npm's packages are found as from strop's own. */
function enginePackage(): string {
  const file = join(temporaryFolder(), "engine.mjs");
  const installed = createRequire(import.meta.url)
    .resolve("onnxruntime-web/wasm")
    .replace(/[^/]*$/, "ort.wasm.bundle.min.mjs");
  writeFileSync(file, `export * from ${JSON.stringify(installed)};`);
  return file;
}

describe.each(moduleTiers)("in tier %s", (tier) => {
  it("ONNX Runtime computes, given only its bytes", async () => {
    const bundle = await bundleModule({
      entry: "train.ts",
      files: { "train.ts": engineModule },
      packages: { engine: enginePackage() },
    });
    expect(bundle.assets).toEqual(["ort-wasm-simd-threaded.wasm"]);
    const blobs = { ...(await readAssets(bundle.assets)), model };
    const result = await runSource(await sandboxOf(tier), bundle.source, { blobs });
    expect(result.reason).toBe("");
    expect(result.value).toEqual([41, 2.5]);
  });

  it("strop/nn finds its engine among the assets", async () => {
    const source = `
      import { wasmBackend } from "strop/nn";
      import type { Trial } from "strop/task";
      export default async ({ blobs }: { blobs: Trial["assets"] }) => (wasmBackend(blobs)).name;`;
    const bundle = await bundleModule({ entry: "train.ts", files: { "train.ts": source } });
    const result = await runSource(await sandboxOf(tier), bundle.source, { blobs: await readAssets(bundle.assets) });
    expect(result).toMatchObject({ reason: "", value: "wasm" });
  });
});

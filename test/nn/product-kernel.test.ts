import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/core/numerics/random.ts";
import { fasterEngine } from "../../src/nn/backends/faster-engine.ts";
import { productKernel, type KernelOptions } from "../../src/nn/backends/product-kernel.ts";
import { wasmAsset } from "../../src/nn/backends/wasm.ts";
import { readAssets } from "./assets.ts";

type Kernel = (...parameters: readonly number[]) => number;

interface Platform {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => {
      readonly exports: { readonly kernel: Kernel; readonly memory: { readonly buffer: ArrayBuffer } };
    };
  };
}

const sized = (bytes: readonly number[]) => [(bytes.length & 127) | 128, bytes.length >> 7, ...bytes];
const text = (name: string) => [name.length, ...new TextEncoder().encode(name)];

/** The kernel as a module of its own, with a page of memory. */
function compile(options: KernelOptions) {
  const [i32, f32] = [0x7f, 0x7d];
  const types = [1, 0x60, 9, ...Array<number>(8).fill(i32), f32, 1, i32];
  const exported = [2, ...text("kernel"), 0, 0, ...text("memory"), 2, 0];
  const sections = [
    [1, types],
    [3, [1, 0]],
    [5, [1, 0, 1]],
    [7, exported],
    [10, [1, ...sized(productKernel(options))]],
  ];
  const bytes = sections.flatMap(([id, body]) => [id as number, ...sized(body as number[])]);
  const { Module, Instance } = (globalThis as unknown as Platform).WebAssembly;
  const { kernel, memory } = new Instance(new Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...bytes))).exports;
  return { kernel, numbers: new Float32Array(memory.buffer), isAdding: options.isAdding };
}

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

const random = createRandom("product kernel");
const start = Float32Array.from({ length: 16_384 }, () => random.normal());

/** What the kernel leaves in memory, and what a sum in single precision, one product after another, would. */
function compute({ kernel, numbers, isAdding }: ReturnType<typeof compile>, { rows, columns, depth }: Case) {
  numbers.set(start);
  const [leftStride, resultStride, alpha] = [depth + 3, columns + 5, 0.75];
  const [right, result] = [1024, 8192];
  const expected = numbers.slice();
  const done = kernel(0, 4 * right, 4 * result, depth, rows, columns, leftStride, resultStride, alpha);
  for (let row = 0; row < done; row++)
    for (let column = 0; column < columns; column++) {
      const block = right + (column - (column % 16)) * depth + (column % 16);
      let sum = 0;
      for (let k = 0; k < depth; k++)
        sum = Math.fround(sum + Math.fround(numbers[row * leftStride + k]! * numbers[block + 16 * k]!));
      const at = result + row * resultStride + column;
      expected[at] = Math.fround(sum * alpha) + (isAdding ? expected[at]! : 0);
    }
  return { done, found: numbers, expected };
}

const bytesOf = (numbers: Float32Array) => new Uint8Array(numbers.buffer, 0, numbers.byteLength);

const cases = [1, 2, 3, 4, 5, 6, 7].flatMap((rows) =>
  Array.from({ length: 35 }, (_, i): Case => ({ rows, columns: i + 1, depth: [1, 2, 17, 0][i % 4]! })),
);

describe("the kernel of matrix products", () => {
  for (const isAdding of [false, true]) {
    const name = isAdding ? "adds" : "writes";

    test(`${name} the same bits as one product after another, and nothing beside them`, () => {
      const compiled = compile({ isAdding, isFused: false });
      for (const one of cases) {
        const { found, expected } = compute(compiled, one);
        expect(Buffer.compare(bytesOf(found), bytesOf(expected)), JSON.stringify(one)).toBe(0);
      }
    });

    test(`${name} the same up to rounding where products are fused with sums`, () => {
      const compiled = compile({ isAdding, isFused: true });
      for (const one of cases) {
        const { found, expected } = compute(compiled, one);
        const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
        expect(worst, JSON.stringify(one)).toBeLessThan(1e-5);
      }
    });
  }

  test("goes on until all rows are done: by 6, 4, 2 or 1", () => {
    const compiled = compile({ isAdding: false, isFused: true });
    const done = [1, 2, 3, 4, 5, 6, 7].map((rows) => compute(compiled, { rows, columns: 8, depth: 4 }).done);
    expect(done).toEqual([1, 2, 2, 4, 4, 6, 6]);
  });
});

describe("the engine", () => {
  test("of the installed runtime has the kernels that are replaced", async () => {
    const engine = (await readAssets())[wasmAsset]!;
    expect(fasterEngine(engine)).not.toBe(engine);
  });

  test("stays as it is where they are not known", () => {
    for (const engine of [new Uint8Array(), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 10, 4, 1, 2, 0, 0x0b)])
      expect(fasterEngine(engine)).toBe(engine);
  });
});

/** Shared by the tests of the neural library: backends, running a few tensors, and gradients checked numerically. */
import { expect } from "vitest";
import { readAssets } from "./assets.ts";
import { inputTensors, serialize } from "../../src/nn/model.ts";
import { sizeOf, type Shape, type Tensor } from "../../src/nn/tensor.ts";
import {
  createRandom,
  gradients,
  mul,
  nativeBackend,
  sum,
  wasmBackend,
  type Backend,
  type InputSpecs,
  type Values,
} from "../../src/nn/index.ts";

export const native: Backend = await nativeBackend({ threads: 1 });
export const wasm: Backend = wasmBackend(await readAssets());

export type Arrays = Readonly<Record<string, Float32Array | Int32Array>>;

/** Compile a function of inputs; the result runs it on arrays. */
export async function compile(
  specs: InputSpecs,
  build: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>,
  backend = native,
) {
  const inputs = inputTensors(specs);
  const session = await backend.open(serialize({ inputs: Object.values(inputs), outputs: build(inputs) }));
  return async (arrays: Arrays): Promise<Readonly<Record<string, Float64Array>>> => {
    const feeds = Object.fromEntries(
      Object.entries(specs).map(([name, { shape, dtype = "float32" }]) => [
        name,
        { shape, dtype, data: arrays[name]! },
      ]),
    ) as Values;
    const outputs = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data }]) => [name, Float64Array.from(data, Number)]),
    );
  };
}

/** Evaluate one function of float inputs. */
export async function evaluate(
  shapes: Readonly<Record<string, Shape>>,
  build: Build,
  arrays: Arrays,
): Promise<number[]> {
  const specs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }]));
  const run = await compile(specs, (inputs) => ({ y: build(inputs) }));
  return [...(await run(arrays))["y"]!];
}

export type Build = (inputs: Readonly<Record<string, Tensor>>) => Tensor;

export interface GradientCheck {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly build: Build;
  /** Integer inputs, not differentiated. */
  readonly fixed?: Readonly<Record<string, { readonly shape: Shape; readonly data: Int32Array }>>;
  /** Maps standard normal draws to the function's domain. */
  readonly domain?: (draw: number) => number;
}

export interface Evaluated {
  /** Where the function was evaluated, inputs by name. */
  readonly point: Readonly<Record<string, Float32Array>>;
  /** w in Σ w·f(x). */
  readonly weights: Float32Array;
  /** The gradients of Σ w·f(x), by input. */
  readonly gradients: Readonly<Record<string, ArrayLike<number>>>;
  /** Σ w·f(x) elsewhere; f in single precision, the sum in double. */
  objective(arrays: Readonly<Record<string, Float32Array>>): Promise<number>;
}

/** The gradient of Σ w·f(x) at a random point, for random weights w. */
export async function evaluateGradient({
  shapes,
  build,
  fixed = {},
  domain = (draw) => draw,
}: GradientCheck): Promise<Evaluated> {
  const random = createRandom("gradient check");
  const draw = (shape: Shape, map = (x: number) => x) =>
    Float32Array.from({ length: sizeOf(shape) }, () => map(random.normal()));
  const point = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, draw(shape, domain)]));
  const names = Object.keys(shapes);
  const specs: Record<string, { shape: Shape; dtype?: "int32" }> = {};
  for (const name of names) specs[name] = { shape: shapes[name]! };
  for (const [name, { shape }] of Object.entries(fixed)) specs[name] = { shape, dtype: "int32" };
  const constants = Object.fromEntries(Object.entries(fixed).map(([name, { data }]) => [name, data]));
  let weights = new Float32Array();
  const run = await compile(specs, (inputs) => {
    const y = build(inputs);
    weights = draw(y.shape);
    const loss = sum(mul(y, y.graph.constant(weights, y.shape)));
    const found = gradients(
      loss,
      names.map((name) => inputs[name]!),
    );
    return { y, ...Object.fromEntries(names.map((name, i) => [`d${name}`, found[i]!])) };
  });
  const outputs = await run({ ...constants, ...point });
  return {
    point,
    weights,
    gradients: Object.fromEntries(names.map((name) => [name, outputs[`d${name}`]!])),
    objective: async (arrays) =>
      (await run({ ...constants, ...arrays }))["y"]!.reduce((t, y, i) => t + y * weights[i]!, 0),
  };
}

/**
 * Compare a gradient with central differences in every element of every input. With steps of 1e-2 both the rounding and the
 * truncation error stay below about 1e-3 of the largest element.
 */
export async function expectGradient(check: GradientCheck): Promise<void> {
  const { point, gradients: analytic, objective } = await evaluateGradient(check);
  for (const [name, at] of Object.entries(point)) {
    const numeric = await differences(at, (moved) => objective({ ...point, [name]: moved }));
    expectClose(analytic[name]!, numeric, `gradient of ${name}`);
  }
}

async function differences(at: Float32Array, objective: (moved: Float32Array) => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let i = 0; i < at.length; i++) {
    const [up, down] = [at.slice(), at.slice()];
    up[i]! += 1e-2;
    down[i]! -= 1e-2;
    results.push(((await objective(up)) - (await objective(down))) / (up[i]! - down[i]!));
  }
  return results;
}

/** Every element within `tolerance` of the largest magnitude expected. */
export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  what = "value",
  tolerance = 2e-3,
): void {
  expect(found.length, `${what}: number of elements`).toBe(expected.length);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(found[i]! - expected[i]!) / scale, `${what} [${i}]: ${found[i]} for ${expected[i]}`).toBeLessThan(
      tolerance,
    );
}

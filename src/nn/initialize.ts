/** Parameters and their starting values. All randomness comes from a seeded generator. */
import type { Random } from "../core/numerics/random.ts";
import { sizeOf, type Parameter, type Shape } from "./tensor.ts";

/** Starting values for a parameter of `size` elements in `shape`. */
export type Initializer = (shape: Shape) => Iterable<number>;

export interface ParameterOptions {
  /** Default false. */
  readonly isFrozen?: boolean;
}

/** What training changes: `shape`, and the starting values that `initializer` gives for it, as 32-bit floats. Frozen ones stay as they are. */
export function parameter(
  shape: Shape,
  initializer: Initializer,
  { isFrozen = false }: ParameterOptions = {},
): Parameter {
  return { kind: "parameter", shape, data: Float32Array.from(initializer(shape)), isFrozen };
}

/** The same value everywhere. */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

/** 0 everywhere: biases, and layers that begin as nothing. */
export const zeros: Initializer = constant(0);
/** 1 everywhere: gains of normalisations. */
export const ones: Initializer = constant(1);

/** Normal with mean 0. */
export const normal =
  (random: Random, deviation: number): Initializer =>
  (shape) =>
    Float32Array.from({ length: sizeOf(shape) }, () => random.normal() * deviation);

/** Uniform on [−limit, limit]. */
export const uniform =
  (random: Random, limit: number): Initializer =>
  (shape) =>
    Float32Array.from({ length: sizeOf(shape) }, () => (2 * random.next() - 1) * limit);

/** Uniform with limit √(6 / (inputs + outputs)) (Glorot & Bengio 2010). */
export const glorot =
  (random: Random): Initializer =>
  (shape) => {
    const { inputs, outputs } = fans(shape);
    return uniform(random, Math.sqrt(6 / (inputs + outputs)))(shape);
  };

/** Normal with deviation gain / √inputs: keeps the variance of the input; with a gain of √2 also through a relu (He et al. 2015). */
export const fanIn =
  (random: Random, gain = 1): Initializer =>
  (shape) =>
    normal(random, gain / Math.sqrt(fans(shape).inputs))(shape);

/** Rows, or columns where there are fewer, that are orthogonal and of length `gain` (Saxe et al. 2014); for matrices. */
export const orthogonal =
  (random: Random, gain = 1): Initializer =>
  (shape) => {
    const [rows, columns] = [shape[0]!, sizeOf(shape) / shape[0]!];
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    const basis: Float64Array[] = [];
    while (basis.length < count) {
      const vector = Float64Array.from({ length }, () => random.normal());
      // Twice: once leaves a remainder of the rounding.
      for (const other of [...basis, ...basis]) subtractProjection(vector, other);
      const norm = Math.hypot(...vector);
      basis.push(vector.map((x) => x / norm));
    }
    const at = (row: number, column: number) => (rows <= columns ? basis[row]![column]! : basis[column]![row]!);
    return Float32Array.from({ length: rows * columns }, (_, i) => gain * at(Math.floor(i / columns), i % columns));
  };

/** Numbers that reach one output, and that one input reaches: [inputs, outputs] matrices, [outputs, inputs, ...kernel] otherwise. */
function fans(shape: Shape): { readonly inputs: number; readonly outputs: number } {
  const [first = 1, second = 1, ...kernel] = shape;
  const area = sizeOf(kernel);
  return shape.length > 2 ? { inputs: second * area, outputs: first * area } : { inputs: first, outputs: second };
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const dot = vector.reduce((sum, x, i) => sum + x * unit[i]!, 0);
  unit.forEach((x, i) => (vector[i]! -= dot * x));
}

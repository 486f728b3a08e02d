/** Parameters and their starting values. All randomness comes from a seeded generator. */
import type { Random } from "../core/random.ts";
import { sizeOf, type Parameter, type Shape } from "./tensor.ts";

/** Starting values for a parameter of `size` elements in `shape`. */
export type Initializer = (shape: Shape) => Iterable<number>;

export function parameter(shape: Shape, initializer: Initializer): Parameter {
  return { kind: "parameter", shape, data: Float32Array.from(initializer(shape)) };
}

export const constant =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

export const zeros: Initializer = constant(0);
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

/** Uniform with limit √(6 / (rows + columns)), for a [rows, columns] matrix (Glorot & Bengio 2010). */
export const glorot =
  (random: Random): Initializer =>
  (shape) =>
    uniform(random, Math.sqrt(6 / (shape[0]! + shape[1]!)))(shape);

/** Normal with deviation √(1 / rows), for a [rows, columns] matrix: keeps the variance of the input. */
export const fanIn =
  (random: Random, gain = 1): Initializer =>
  (shape) =>
    normal(random, gain / Math.sqrt(shape[0]!))(shape);

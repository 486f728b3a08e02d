/**
 * Dropout (Srivastava et al. 2014) with masks that are computed in the graph from a seed fed at each step: the same on every
 * backend, and the same again when a step is repeated. Each mask is a hash of position, place in the graph, and seed.
 */
import { shapeError, sizeOf, type Graph, type Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { cast, less } from "./compare.ts";
import { reshape } from "./shape.ts";

/** The training graph's input of this name: an int32 scalar, different at each step. */
export const seedName = "seed";

/**
 * In training, each element is 0 with probability `rate` and otherwise scaled by 1 / (1 − rate); elsewhere x itself.
 * @param rate in [0, 1)
 */
export function dropout(x: Tensor, rate: number): Tensor {
  if (!(rate >= 0 && rate < 1)) throw shapeError("dropout", "a rate in [0, 1)", String(rate));
  if (rate === 0 || !x.graph.isTraining) return x;
  const kept = less(noise(x), threshold(1 - rate));
  return mul(x, mul(cast(kept, "float32"), 1 / (1 - rate)));
}

/** The int32 below which lies the given share of all int32. */
const threshold = (share: number): number => Math.min(Math.round(share * 2 ** 32) - 2 ** 31, 2 ** 31 - 1);

/**
 * Uniform int32 numbers of x's shape. Twice z ← z·(2z + 1), a permutation of the integers modulo 2³² in which every bit
 * of z reaches the highest one (Rivest et al. 1998); the comparison reads the highest bits.
 */
function noise(x: Tensor): Tensor {
  const { graph } = x;
  const size = sizeOf(x.shape);
  const int = (value: number) => graph.once(`int32 ${value | 0}`, () => graph.constant(Int32Array.of(value), []));
  const operate = (type: string, a: Tensor, b: Tensor) =>
    graph.operation(type, [a, b], { shape: a.shape.length > 0 ? a.shape : b.shape, dtype: "int32", parents: [] });
  const mix = (z: Tensor) => operate("Mul", z, operate("Add", operate("Mul", z, int(2)), int(1)));
  const place = Math.imul(x.id + 1, 0x85ebca6b);
  const start = mix(operate("Add", seedOf(graph), int(place)));
  const positions = graph.operation("Range", [int(0), int(size), int(1)], {
    shape: [size],
    dtype: "int32",
    parents: [],
  });
  const spread = operate("Add", operate("Mul", positions, int(0x9e3779b1)), start);
  const mixed = mix(operate("Add", mix(spread), int(0x7f4a7c15)));
  return reshape(mixed, x.shape);
}

const seedOf = (graph: Graph): Tensor => graph.once(seedName, () => graph.input(seedName, [], "int32"));

/** Relative position biases of T5 (Raffel et al. 2020): a learned number per head and bucket of distances, added to the scores. */
import { parameter, zeros, type Initializer } from "../initialize.ts";
import { gather } from "../ops/gather.ts";
import { reshape, transpose } from "../ops/shape.ts";
import type { Graph, Parameter, Tensor } from "../tensor.ts";

export interface RelativePositionOptions {
  readonly heads: number;
  /** Default 32. */
  readonly buckets?: number;
  /** Distances from here on share the last bucket. Default 128. */
  readonly maxDistance?: number;
  /** Whether later keys have buckets of their own, as in an encoder. Default true. */
  readonly isBidirectional?: boolean;
  /** Default zeros. */
  readonly initializer?: Initializer;
}

export interface RelativePositions {
  /** [heads, queries, keys] */
  (graph: Graph, queries: number, keys: number): Tensor;
  /** The one row of a query at a position that is known at run time only: int32 [1] → [heads, 1, keys]. */
  at(position: Tensor, keys: number): Tensor;
  /** [buckets, heads] */
  readonly weight: Parameter;
}

/**
 * A learned bias of attention scores for each head and bucket of distances (T5; Raffel et al. 2020, §2.1): [heads, queries, keys], 0 at
 * first. `at(position, keys)` is the row of one query, for decoding step by step.
 */
export function relativePositions(options: RelativePositionOptions): RelativePositions {
  const { heads, buckets = 32 } = options;
  const weight = parameter([buckets, heads], options.initializer ?? zeros);
  const table = (graph: Graph, queries: number, keys: number): Tensor => {
    const cell = (_: unknown, i: number) => relativeBucket((i % keys) - Math.floor(i / keys), options);
    return graph.once(`relative buckets ${queries} ${keys} ${JSON.stringify({ ...options, initializer: null })}`, () =>
      graph.constant(Int32Array.from({ length: queries * keys }, cell), [queries, keys]),
    );
  };
  const biases = (chosen: Tensor): Tensor => transpose(gather(weight, chosen), [2, 0, 1]);
  const at = (position: Tensor, keys: number): Tensor => {
    const row = position.graph.operation("Gather", [table(position.graph, keys, keys), reshape(position, [1])], {
      shape: [1, keys],
      dtype: "int32",
      attributes: { axis: 0 },
      parents: [],
    });
    return biases(row);
  };
  const all = (graph: Graph, queries: number, keys: number): Tensor => biases(table(graph, queries, keys));
  return Object.assign(all, { at, weight });
}

/**
 * The bucket of key − query. Half of a direction's buckets hold one distance each; the others widen with the logarithm up
 * to `maxDistance`. Without `isBidirectional`, all later keys fall into bucket 0.
 */
export function relativeBucket(
  offset: number,
  { buckets = 32, maxDistance = 128, isBidirectional = true }: Omit<RelativePositionOptions, "heads">,
): number {
  const count = isBidirectional ? Math.floor(buckets / 2) : buckets;
  const base = isBidirectional && offset > 0 ? count : 0;
  const distance = isBidirectional ? Math.abs(offset) : Math.max(0, -offset);
  const exact = Math.floor(count / 2);
  if (distance < exact) return base + distance;
  const beyond = Math.log(distance / exact) / Math.log(maxDistance / exact);
  return base + Math.min(count - 1, exact + Math.floor(beyond * (count - exact)));
}

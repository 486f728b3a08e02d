/** Muon (Jordan et al. 2024): momentum whose matrix is made nearly orthogonal before it is applied. For hidden layers' matrices. */
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { sqrt } from "../ops/elementwise.ts";
import { matmul } from "../ops/matmul.ts";
import { sum } from "../ops/reduce.ts";
import { reshape, swapLastAxes } from "../ops/shape.ts";
import { shapeError, showShape, sizeOf, type Graph, type Tensor } from "../tensor.ts";
import type { Optimizer } from "./optimizer.ts";

export interface MuonOptions {
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** λ: weights shrink by η·λ a step. Default 0. */
  readonly weightDecay?: number;
  /** Of the Newton–Schulz iteration. */
  readonly iterations?: number;
}

/**
 * v ← μ·v + (1 − μ)·g; w ← w·(1 − η·λ) − η·√max(1, outputs / inputs)·orthogonal((1 − μ)·g + μ·v). Matrices are
 * [inputs, outputs]; higher ranks are [outputs, rest]. Leave vectors and embeddings to another optimiser.
 */
export function muon({
  momentum = 0.95,
  nesterov = true,
  weightDecay = 0,
  iterations = 5,
}: MuonOptions = {}): Optimizer {
  return {
    slots: ["velocity"],
    scalars: () => ({}),
    update({ value, gradient, slots, learningRate }) {
      const { shape } = value;
      if (shape.length < 2)
        throw shapeError("muon", "a parameter of at least two axes", `${showShape(shape)}; give it another optimiser`);
      const fresh = mul(gradient, 1 - momentum);
      const velocity = add(mul(slots["velocity"]!, momentum), fresh);
      const direction = nesterov ? add(fresh, mul(velocity, momentum)) : velocity;
      const [rows, columns] = [shape[0]!, sizeOf(shape) / shape[0]!];
      const aspect = shape.length > 2 ? rows / columns : columns / rows;
      const step = reshape(orthogonalized(reshape(direction, [rows, columns]), iterations), shape);
      const kept = weightDecay === 0 ? value : mul(value, sub(1, mul(learningRate, weightDecay)));
      return { value: sub(kept, mul(step, mul(learningRate, Math.sqrt(Math.max(1, aspect))))), slots: { velocity } };
    },
  };
}

/** A quintic with f(1) near 1 and the steepest slope at 0 that stays in [0.7, 1.2]: singular values get there in five steps. */
const quintic = { first: 3.4445, third: -4.775, fifth: 2.0315 } as const;

/** U·S·Vᵀ → about U·Vᵀ by Newton–Schulz iteration, on the side with fewer rows. */
function orthogonalized(matrix: Tensor, iterations: number): Tensor {
  const isTall = matrix.shape[0]! > matrix.shape[1]!;
  const wide = isTall ? swapLastAxes(matrix) : matrix;
  const x = div(wide, add(sqrt(sum(mul(wide, wide))), 1e-7));
  const [rows, columns] = x.shape as readonly [number, number];
  const y = columns < 2 * rows ? iterated(x, iterations) : matmul(squareFactor(x, iterations), x);
  return isTall ? swapLastAxes(y) : y;
}

function iterated(x: Tensor, iterations: number): Tensor {
  let y = x;
  for (let i = 0; i < iterations; i++) y = add(mul(y, quintic.first), matmul(higher(matmul(y, swapLastAxes(y))), y));
  return y;
}

/** Q for which Q·x is `iterated(x)`: all steps are polynomials in x·xᵀ, which is small where x is wide. */
function squareFactor(x: Tensor, iterations: number): Tensor {
  const square = matmul(x, swapLastAxes(x));
  let factor = identity(x.graph, x.shape[0]!);
  for (let i = 0; i < iterations; i++) {
    const grown = i === 0 ? square : matmul(matmul(factor, factor), square);
    factor = add(mul(factor, quintic.first), matmul(higher(grown), factor));
  }
  return factor;
}

/** The terms of the quintic above the first, for y·yᵀ. */
const higher = (square: Tensor): Tensor => add(mul(square, quintic.third), mul(matmul(square, square), quintic.fifth));

const identity = (graph: Graph, rows: number): Tensor =>
  graph.constant(
    Float32Array.from({ length: rows * rows }, (_, i) => Number(i % (rows + 1) === 0)),
    [rows, rows],
  );

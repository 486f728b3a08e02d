/** Graphs in the format of the Gset collection: a line `NODES EDGES`, then `FROM TO WEIGHT` per edge, nodes from 1. */
import { fixedTask } from "./define-task.ts";
import { type FileTaskOptions, type InstanceFile, badFile, nameOf, numbersOf } from "./instance-file.ts";
import { maxCutParts, positiveWeight } from "./max-cut.ts";
import type { DownstreamTask } from "./types.ts";

export interface GraphFile extends InstanceFile {
  /** Weight of the best cut known; it scores 1. Without it, the sum of all positive weights does. */
  readonly best?: number;
}

/** Symmetric weights with a zero diagonal; edges named twice add up. Throws StropError `downstream.bad-file`. */
export function parseGset(file: InstanceFile): number[][] {
  const [nodes = 0, edges = 0, ...rest] = numbersOf(file);
  if (nodes < 1) badFile(file, "a line `NODES EDGES`", `${nodes} nodes`);
  if (rest.length !== 3 * edges) badFile(file, `${edges} edges of three numbers`, `${rest.length} numbers`);
  const weights = Array.from({ length: nodes }, () => Array.from({ length: nodes }, () => 0));
  for (let k = 0; k < rest.length; k += 3) {
    const [from, to, weight] = [rest[k]! - 1, rest[k + 1]! - 1, rest[k + 2]!];
    const [row, column] = [weights[from], weights[to]];
    if (row === undefined || column === undefined || from === to)
      return badFile(file, `edges between two of ${nodes} nodes`, `${from + 1} ${to + 1}`);
    row[to]! += weight;
    column[from]! += weight;
  }
  return weights;
}

/** The max-cut task over given graphs. */
export function fromGset(files: readonly GraphFile[], { limitSeconds = 0.1 }: FileTaskOptions = {}): DownstreamTask {
  const instances = files.map((file) => {
    const weights = parseGset(file);
    return { weights, scale: file.best ?? positiveWeight(weights) };
  });
  return fixedTask(maxCutParts(nameOf("max-cut", files), { limitSeconds, description: DESCRIPTION }), instances);
}

const DESCRIPTION = `\
/** Splits a weighted graph in two so that much weight lies between the sides. Higher is better. Weights may be negative. */
function score(algorithm: (weights: number[][]) => Bit[]): number {
  let score = 0;
  for (const { weights, best, limitSeconds } of instances) {
    // Symmetric, zero diagonal. Stopped after the limit. Too late, an exception or anything but n bits counts as 0.
    const side = runWithin(limitSeconds, () => algorithm(weights));
    let cut = 0;
    for (let i = 0; i < weights.length; i++) for (let j = 0; j < i; j++) if (side[i] !== side[j]) cut += weights[i][j];
    score += clamp(cut / best, 0, 1);
  }
  return score / instances.length;
}
`;

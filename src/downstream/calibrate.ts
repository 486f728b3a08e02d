/**
 * How much slower this machine is than the one that the limits were made for. Limits are written in reference seconds
 * and multiplied by this factor, so that a slow machine does not change scores.
 */
import { StropError } from "../core/errors.ts";
import type { Limits, Sandbox } from "../sandbox/types.ts";

export interface Calibration {
  /** Seconds here per reference second; at least 1: a fast machine keeps the limits as they are written. */
  readonly factor: number;
}

/** The workload on the reference machine: two virtual cores of a 2020s server, nothing else running. */
const REFERENCE_MS = 3.5;
const ROUNDS = 40;

const LIMITS: Limits = {
  wallSeconds: 120,
  memoryBytes: 512 * 1024 * 1024,
  processes: 1,
  outputBytes: 64 * 1024,
  diskBytes: 1024 * 1024,
};

/**
 * Runs a fixed workload in the sandbox, each round timed on the host, and takes the fastest round: other programs can
 * only make a round slower. About 0.2 s. Throws StropError `downstream.no-calibration` when the sandbox does not run it.
 */
export async function calibrate(sandbox: Sandbox): Promise<Calibration> {
  let [startedAt, fastest] = [Number.NaN, Infinity];
  const round = () => {
    const now = performance.now();
    if (now - startedAt < fastest) fastest = now - startedAt;
    startedAt = performance.now();
    return null;
  };
  const { result } = sandbox.module({
    source: WORKLOAD,
    input: ROUNDS,
    blobs: {},
    functions: { round },
    limits: LIMITS,
  });
  const { reason, exitCode } = await result;
  if (exitCode !== 0 || fastest === Infinity) {
    throw new StropError("downstream.no-calibration", `the sandbox did not run the calibration: ${reason}`, {
      hint: "Run strop doctor.",
    });
  }
  return { factor: Math.max(1, fastest / REFERENCE_MS) };
}

/** What solutions do: integers and floats in typed arrays and in lists, objects, texts. The same steps every round. */
const WORKLOAD = `
function work() {
  let [seed, total] = [12345, 0];
  const next = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
  const matrix = Array.from({ length: 120 }, () => Array.from({ length: 120 }, () => next() / 2 ** 32));
  for (let pass = 0; pass < 20; pass++) {
    for (const row of matrix) for (let j = 0; j < row.length; j++) total += row[j] * matrix[j][pass];
  }
  const numbers = Uint32Array.from({ length: 20000 }, next).sort();
  const counts = new Map();
  for (const each of numbers) counts.set(each % 997, (counts.get(each % 997) ?? 0) + 1);
  let text = "";
  for (let i = 0; i < 5000; i++) text += "AB"[next() >>> 31];
  return total + counts.size + [...text].filter((letter, i) => i > 0 && letter !== text[i - 1]).length;
}
export default async ({ input, call }) => {
  for (let round = 0; round <= input; round++) {
    await call("round");
    work();
  }
  return null;
};
`;

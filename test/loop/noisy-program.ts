/** A program whose score is noisy, and whose noise no edit can reach. */

/** All that may be edited. What it is worth, and the noise, are the environment's. */
export const PROGRAM = `
import { measure } from "./measure.ts";
const width = 8;
export default async function train(trial) { return await measure(trial, width); }
`;

/** Score: distance of `width` from 3, times `slope`, plus noise of standard deviation `noise` that only the seed decides. */
export const measureBy = (noise: number, slope = 1): string => `
export async function measure(trial, width) {
  await trial.save("width", new TextEncoder().encode(String(Math.abs(width - 3))));
  let state = trial.seed ^ 0x9e3779b9;
  let total = 0;
  for (let i = 0; i < 12; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) ^ (i * 0x27d4eb2f);
    total += ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
  }
  return { score: ${slope} * Math.abs(width - 3) + ${noise} * (total - 6) };
}
`;

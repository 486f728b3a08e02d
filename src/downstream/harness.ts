/**
 * The few lines that run beside a solution inside the sandbox: fetch an instance, call `algorithm`, hand over its
 * answer. They share a realm with the solution, which may change all of it, so nothing here measures or judges.
 */

export const ENTRY_PATH = "harness.ts";

/** Files to bundle. `factor`: the solution's clocks run this much slower, in reference seconds like its limits. */
export const harnessFiles = (solution: string, factor: number): Readonly<Record<string, string>> => ({
  [ENTRY_PATH]: HARNESS,
  "realm.ts": realm(factor),
  "solution.ts": solution,
});

/** The answer travels as text, so that one which JSON cannot hold is an exception of the solution. */
const HARNESS = `
import { describe, reseed, stringify } from "./realm.ts";
import { algorithm } from "./solution.ts";
export default async ({ call }) => {
  if (typeof algorithm !== "function") throw new TypeError("expected algorithm to be a function, found " + typeof algorithm);
  for (let given = await call("start"); given !== null; ) {
    let reply;
    try {
      reseed(given.seed);
      reply = { answer: stringify(algorithm(...given.arguments)) ?? null };
    } catch (thrown) {
      reply = { error: describe(thrown) };
    }
    given = await call("answer", reply);
  }
  return null;
};
`;

/** Loaded before the solution. Math.random becomes mulberry32. */
const realm = (factor: number): string => `
export const { stringify } = JSON;
export const describe = (thrown) => {
  try { return String(thrown).slice(0, 300); } catch { return "threw something that has no text"; }
};
let state = 1;
export const reseed = (seed) => { state = seed; };
Math.random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
const slow = (clock) => {
  const startedAt = clock();
  return () => startedAt + (clock() - startedAt) / ${factor};
};
performance.now = slow(performance.now.bind(performance));
const slowDate = slow(Date.now);
Date.now = () => Math.floor(slowDate());
`;

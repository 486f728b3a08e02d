/** Ranges as `propose/literals/domain.ts` gives them to literals of programs, from the value found: what the tasks of the gym are made of. */
import type { ChoiceDomain, NumberDomain } from "../../literals/domain.ts";

const positive = (range: Pick<NumberDomain, "scale" | "low" | "high" | "step">): NumberDomain => ({
  kind: "number",
  sign: 1,
  ...range,
});

/** Up to so many times less or more. */
export const rate = (value: number, range = 20): NumberDomain =>
  positive({ scale: "log", low: value / range, high: value * range, step: 0 });
export const counts = (value: number): NumberDomain =>
  positive({ scale: "log", low: Math.max(1, Math.round(value / 8)), high: value * 8, step: 1 });
export const few = (value: number): NumberDomain => positive({ scale: "linear", low: 1, high: 2 * value + 2, step: 1 });
/** Multiples of a quarter of it. */
export const sizes = (value: number): NumberDomain =>
  positive({ scale: "log", low: value / 4, high: value * 4, step: value / 4 });
export const share = positive({ scale: "linear", low: 0, high: 0.95, step: 0 });
export const nearOne = positive({ scale: "complement", low: 0.4, high: 0.999, step: 0 });
export const choice = (...options: readonly (string | boolean)[]): ChoiceDomain => ({ kind: "choice", options });

/** Ranges as `propose/domain.ts` gives them to literals of programs, from the value found: what the tunable tasks of the gym are made of. */
import type { Domain } from "../../propose/domain.ts";

export const rate = (value: number): Domain => ({
  kind: "number",
  scale: "log",
  low: value / 20,
  high: value * 20,
  step: 0,
  sign: 1,
});
export const counts = (value: number): Domain => ({
  kind: "number",
  scale: "log",
  low: Math.max(1, Math.round(value / 8)),
  high: value * 8,
  step: 1,
  sign: 1,
});
export const few = (value: number): Domain => ({
  kind: "number",
  scale: "linear",
  low: 1,
  high: 2 * value + 2,
  step: 1,
  sign: 1,
});
export const share: Domain = { kind: "number", scale: "linear", low: 0, high: 0.95, step: 0, sign: 1 };
export const nearOne: Domain = { kind: "number", scale: "complement", low: 0.4, high: 0.999, step: 0, sign: 1 };
export const choice = (...options: readonly (string | boolean)[]): Domain => ({ kind: "choice", options });

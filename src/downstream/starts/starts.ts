/**
 * A second seed solution for every shipped task: an honest search with poor settings. The paper's own seeds guess, and
 * only somebody who writes a new program makes them better; these also reward tuning and small edits, so that the built-in
 * model has something to do. What each is worth beside the naive one and the same search tuned by hand: docs/log.md.
 */
import { MAX_CUT_SEARCH } from "./max-cut.ts";
import { PARITY_SEARCH } from "./parity.ts";
import { QAP_SEARCH } from "./qap.ts";
import { SAT_SEARCH } from "./sat.ts";
import { STRING_GRID_SEARCH } from "./string-grid.ts";

/** `naive`: the paper's seed solution, or one like it. `search`: a badly tuned search. */
export const starts = ["naive", "search"] as const;
export type Start = (typeof starts)[number];

/** By the task's name in the registry; TypeScript. */
export const searchStarts = Object.freeze({
  "parity-noise": PARITY_SEARCH,
  parity: PARITY_SEARCH,
  "string-grid": STRING_GRID_SEARCH,
  qap: QAP_SEARCH,
  sat: SAT_SEARCH,
  "max-cut": MAX_CUT_SEARCH,
});

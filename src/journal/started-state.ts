import { StropError } from "../core/errors.ts";
import type { Journal } from "./journal.ts";
import type { RunState } from "./state.ts";

/** The state of a run that has begun. Throws StropError `journal.empty` for one that has not. */
export function startedState(journal: Journal): RunState {
  const state = journal.state();
  if (state === null) throw new StropError("journal.empty", "expected a started run, found an empty journal");
  return state;
}

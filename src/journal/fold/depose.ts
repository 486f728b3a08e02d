/** The part of the fold that takes a champion back, with all that its trial had added to the counts. Pure, as reduce.ts. */
import type { ChampionDeposed } from "../events.ts";
import type { RunState } from "../state.ts";
import { noiseAfter } from "./contests.ts";
import { inconsistent } from "./inconsistent.ts";
import { deposedRecord } from "./trial-record.ts";

/** Contests with it are void as with any other change of champion, and what was made of it keeps its parent. */
export function depose(state: RunState, event: ChampionDeposed): RunState {
  const { trial } = event;
  const { champion, champions, counts, noise } = state;
  const before = champions.at(-2);
  if (before === undefined || champion?.trial !== trial) {
    const found = before === undefined ? "the first" : `trial ${trial}`;
    throw inconsistent(
      state.sequence,
      event,
      `the champion (trial ${champion?.trial}) and one before it, found ${found}`,
    );
  }
  const restored = { ...before, insteadOf: trial };
  const record = [...state.recent, ...state.best].find((one) => one.trial === trial);
  return {
    ...state,
    champion: restored,
    champions: [...champions.slice(0, -2), restored],
    noise: noiseAfter({ ...state, noise: { ...noise, anew: null } }, restored),
    recent: state.recent.map((one) => (one.trial === trial ? deposedRecord(one, event) : one)),
    best: state.best.filter((one) => one.trial !== trial),
    counts: {
      ...counts,
      scored: counts.scored - 1,
      invalid: counts.invalid + 1,
      kept: counts.kept - 1,
      discarded: counts.discarded + 1,
    },
    proposers:
      record === undefined ? state.proposers : withoutKeep(state.proposers, record.proposer, record.verdict?.reward),
  };
}

function withoutKeep(proposers: RunState["proposers"], name: string, reward = 0): RunState["proposers"] {
  const credit = Object.hasOwn(proposers, name) ? proposers[name] : undefined;
  if (credit === undefined) return proposers;
  return { ...proposers, [name]: { ...credit, kept: credit.kept - 1, reward: credit.reward - reward } };
}

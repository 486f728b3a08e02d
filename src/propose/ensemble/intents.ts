/**
 * One sentence that steers one answer of a model, drawn by a bandit from those that make sense at the moment. Asked the
 * same thing again and again a model gives the same few ideas; a changing request is what spreads them.
 */
import type { TrialRecord } from "../../core/trial.ts";
import { tokenCount } from "../../core/token-count.ts";
import type { ChooseAsk } from "../model/types.ts";
import type { ProposerContext } from "../types.ts";
import { modelOf, noteOf } from "./notes.ts";
import { type Belief, payoffs, sampleBeta } from "./thompson.ts";

export interface Intent {
  /** As the model reads it; "" leaves the model free. Also its name in a trial's notes. */
  readonly text: string;
  /** What is believed of it before its first trial. */
  readonly prior: Belief;
  /** Whether it makes sense now; default: always. */
  readonly applies?: (context: ProposerContext) => boolean;
}

/** The model's own choice, at least as likely as any steer. */
export const free: Intent = { text: "", prior: [1, 1.5] };

export const structure: Intent = {
  text: "Change the structure of the program (an algorithm, a layer, a schedule, a data structure), not a number.",
  prior: [1, 2],
};

export const numbers: Intent = {
  text: "Change only numbers: choose those that matter most and move them together.",
  prior: [1, 2],
};

/** Once the program is an eighth larger than it was. */
export const simplify: Intent = {
  text: "Make the program simpler without making it worse: remove what does not pay for itself.",
  prior: [1, 3],
  applies: ({ program, champion, baseline }) =>
    tokenCount(program(champion.candidate)) > 1.125 * tokenCount(program(baseline.candidate)),
};

/** Right after an edit of a model's that failed, and only once. */
export const repair: Intent = {
  text: "The last edit failed to run. If its idea was good, make it again without what broke it.",
  prior: [2, 1],
  applies: ({ history }) => {
    const last = history.findLast((record) => modelOf(record) !== undefined);
    return last !== undefined && hasFailed(last) && noteOf(last, "intent") !== repair.text;
  },
};

/** From the second keep on. */
export const combine: Intent = {
  text: "Combine what worked so far: take the ideas behind the best experiments and carry them further together.",
  prior: [1, 2],
  applies: ({ history }) =>
    history.filter(({ trial, verdict }) => trial > 0 && verdict?.decision === "keep").length >= 2,
};

/** Once the last 12 trials brought nothing. */
export const different: Intent = {
  text: "Nothing has helped for a while. Try something unlike every experiment so far.",
  prior: [1, 2],
  applies: ({ history }) =>
    history.length > 12 && history.slice(-12).every(({ verdict }) => verdict?.decision !== "keep"),
};

/** All of them; where others tune the numbers, leave `numbers` out. */
export const INTENTS: readonly Intent[] = [free, structure, numbers, simplify, repair, combine, different];

/** Ran to no score, or not at all. */
export const hasFailed = ({ outcome }: TrialRecord): boolean =>
  outcome?.status === "crashed" || outcome?.status === "timed-out" || outcome?.status === "invalid";

/** Gives every ask an intent, by discounted Thompson sampling over the trials that models proposed. */
export const withIntents =
  (choose: ChooseAsk, intents: readonly Intent[] = INTENTS): ChooseAsk =>
  (context) => {
    const ask = choose(context);
    if (ask === null) return null;
    const random = context.random.fork("intent");
    const paid = payoffs(context);
    const drawn = intents
      .filter(({ applies }) => applies === undefined || applies(context))
      .map(({ text, prior }) => {
        const isOwn = (record: TrialRecord) =>
          modelOf(record) !== undefined && (noteOf(record, "intent") ?? "") === text;
        return { text, value: sampleBeta(paid.belief(isOwn, prior), random) };
      });
    const best = drawn.toSorted((a, b) => b.value - a.value)[0];
    return best === undefined || best.text === "" ? ask : { ...ask, intent: best.text };
  };

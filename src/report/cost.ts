/** What language models cost in a run: by model, by trial and per improvement. A fold over the journal's events. */
import { addTokens, NO_TOKENS, type TokenUsage } from "../core/exchange.ts";
import { formatDollars } from "../core/figures.ts";
import type { ModelAnswered, ModelAsked, StoredEvent } from "../journal/events.ts";
import { type ModelUse, spentOnModels } from "../journal/model-use.ts";
import type { RunState } from "../journal/state.ts";
import { formatCount, shortCount } from "./format.ts";

export interface PurposeCost {
  /** `trial-12` */
  readonly purpose: string;
  readonly calls: number;
  readonly usage: TokenUsage;
  /** US dollars, of the calls whose price is known. */
  readonly cost: number;
}

export interface CostReport {
  readonly models: Readonly<Record<string, ModelUse>>;
  /** US dollars that count against the limit: `lost` included. */
  readonly total: number;
  /** Reserved for calls that a kill cut off. */
  readonly lost: number;
  /** Calls without an answer in the newest session: under way, or cut off since. */
  readonly open: { readonly calls: number; readonly reserved: number };
  /** Calls whose price is not known, and that the dollars therefore leave out. */
  readonly unpriced: number;
  readonly limit: number | undefined;
  readonly trials: number;
  /** Improvements over the baseline. */
  readonly kept: number;
  /** Null when there is none to divide by. */
  readonly perTrial: number | null;
  readonly perImprovement: number | null;
  /** Most expensive first. */
  readonly purposes: readonly PurposeCost[];
}

export function costReport(events: Iterable<StoredEvent>, state: RunState): CostReport {
  const { models, task, counts } = state;
  const total = spentOnModels(models);
  const trials = Math.max(0, state.nextTrial - 1);
  const kept = Math.max(0, counts.kept - 1);
  return {
    models: models.byModel,
    total,
    lost: models.lost,
    open: { calls: models.open.length, reserved: models.open.reduce((sum, { reserved }) => sum + reserved, 0) },
    unpriced: Object.values(models.byModel).reduce((sum, { unpriced }) => sum + unpriced, 0),
    limit: task.stop.cost,
    trials,
    kept,
    perTrial: trials > 0 ? total / trials : null,
    perImprovement: kept > 0 ? total / kept : null,
    purposes: byPurpose(events),
  };
}

function byPurpose(events: Iterable<StoredEvent>): PurposeCost[] {
  const purposes = new Map<string, PurposeCost>();
  const asked = new Map<number, ModelAsked>();
  for (const { event } of events) {
    if (event.type === "model.asked") asked.set(event.exchange, event);
    if (event.type !== "model.answered") continue;
    // A recursion's purposes name the very call, `trial-2/improve/call-1`: what counts here is the trial.
    const [purpose = "unknown"] = asked.get(event.exchange)?.purpose.split("/") ?? [];
    purposes.set(purpose, withCall(purposes.get(purpose), purpose, event));
  }
  return [...purposes.values()].sort((a, b) => b.cost - a.cost || b.usage.output - a.usage.output);
}

const withCall = (before: PurposeCost | undefined, purpose: string, call: ModelAnswered): PurposeCost => ({
  purpose,
  calls: (before?.calls ?? 0) + 1,
  usage: addTokens(before?.usage ?? NO_TOKENS, call.usage),
  cost: (before?.cost ?? 0) + (call.cost ?? 0),
});

/** One line for status and closing; undefined in a run that asked no model. */
export function costNote(state: RunState): string | undefined {
  const uses = Object.values(state.models.byModel);
  if (uses.length === 0) return undefined;
  const calls = uses.reduce((sum, use) => sum + use.calls, 0);
  const tokens = uses.map(({ usage }) => usage).reduce(addTokens, NO_TOKENS);
  const limit = state.task.stop.cost === undefined ? "" : ` of ${formatDollars(state.task.stop.cost)}`;
  const unpriced = uses.reduce((sum, use) => sum + use.unpriced, 0);
  const spent =
    unpriced === calls ? "at a price that is not known" : `${formatDollars(spentOnModels(state.models))}${limit}`;
  const without = unpriced > 0 && unpriced < calls ? ", without the calls whose price is not known" : "";
  // What an agent used, only its own provider knows.
  const used = tokens.input === 0 ? "" : `, ${shortCount(tokens.input)} tokens in, ${shortCount(tokens.output)} out`;
  const failures = uses.reduce((sum, use) => sum + use.failures, 0);
  const failed = failures === 0 ? "" : `, ${failures === calls ? "all" : failures} failed`;
  return `models ${spent} in ${formatCount(calls, "call")}${failed}${used}${without}`;
}

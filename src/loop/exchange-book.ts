/** The journal as the record of model calls: what was asked is there before the call leaves, what came back once. */
import type { Exchange } from "../core/exchange.ts";
import type { Journal } from "../journal/journal.ts";
import { type ModelCalls, spentOnModels } from "../journal/model-use.ts";
import { startedState } from "../journal/started-state.ts";
import type { ExchangeBook } from "../models/types.ts";

const RECENT = 64;

export function journalBook(journal: Journal, now: () => number): ExchangeBook {
  const calls = (): ModelCalls => startedState(journal).models;
  // Asked for several times a proposal, and each is a read and a parse: from the journal once, then kept in step.
  let newest: readonly Exchange[] | undefined;
  return {
    find: (key) => journal.exchange(key) ?? undefined,
    asked({ key, purpose, model, reserved }) {
      const exchange = calls().next;
      journal.append({ type: "model.asked", at: now(), exchange, key, purpose, model, reserved });
      return exchange;
    },
    answered(key, record) {
      const { exchange, cost, reply } = record;
      const { usage, wallSeconds } = reply;
      const failure = reply.failure?.kind ?? null;
      const { isEstimated } = reply;
      journal.transaction(() => {
        journal.saveExchange(key, record);
        journal.append({ type: "model.answered", at: now(), exchange, usage, cost, failure, isEstimated, wallSeconds });
      });
      newest &&= [...newest, record].toSorted((a, b) => a.exchange - b.exchange).slice(-RECENT);
    },
    spent: () => spentOnModels(calls()),
    recent: () => (newest ??= journal.exchanges(RECENT)),
  };
}

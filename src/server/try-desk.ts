/**
 * Where edits from outside meet the research loop: a proposer whose next proposal is the next edit that somebody hands
 * in. What becomes of it is learnt by watching the run; the desk decides nothing.
 */
import { randomUUID } from "node:crypto";

import { StropError } from "../core/errors.ts";
import type { CandidateId } from "../core/trial.ts";
import type { RunObserver } from "../loop/research/observer.ts";
import { stopReason } from "../loop/stop.ts";
import type { Proposer, ProposerContext } from "../propose/types.ts";
import { inbox, type Inbox } from "./inbox.ts";
import { runNews } from "./run-news.ts";
import { type HandedIn, ticketOf, type Try } from "./try.ts";

export interface TryDesk {
  readonly proposer: Proposer;
  readonly observer: RunObserver;
  /** Throws StropError `mcp.too-many-tries`. */
  handIn(edit: HandedIn): Readonly<Try>;
  find(ticket: string): Readonly<Try> | undefined;
  /** Called after every change with one sentence on what goes on; returns how to stop listening. */
  listen(listener: (news: string) => void): () => void;
  /** The run may take edits again. */
  open(): void;
  /** The run gets no further edit; what waits stays for the next session. */
  close(): void;
  /** The run has ended. What waits is refused with `problem`, unless the desk was closed before. */
  end(problem: StropError): void;
  /** Refuses what waits. */
  refuse(problem: StropError): void;
  isWaitedFor(): boolean;
}

const MAX_WAITING = 64;
const MAX_KEPT = 1_000;

/** `idleMs`: after so long without an edit the proposer has nothing left to propose. `now`: milliseconds, monotonic. */
export function tryDesk({ idleMs, now }: { idleMs: number; now: () => number }): TryDesk {
  const tries = new Map<string, Try>();
  const box = inbox<Try>(idleMs);
  const listeners = new Set<(news: string) => void>();
  const tell = (news: string) => {
    for (const listener of listeners) listener(news);
  };
  const refuse = (problem: StropError) => {
    for (const one of box.clear()) Object.assign(one, { problem, isOver: true });
    tell(problem.message);
  };
  let from = 0;
  const observer = runNews({
    now,
    tell,
    tryOf: (trial) => tries.get(ticketOf(trial) ?? ""),
    onOpened: ({ nextTrial }) => (from = nextTrial),
    // A run that waits here for an edit would not see that there is something else to do.
    onChange: (state) => {
      if (state.contests.length > 0 || stopReason(state, from) !== undefined) box.wake();
    },
  });
  return {
    proposer: boxProposer(box),
    observer,
    handIn(edit) {
      if (box.waiting().length >= MAX_WAITING) throw tooMany();
      const one: Try = { ...edit, ticket: randomUUID(), trial: null, isOver: false, problem: undefined };
      tries.set(one.ticket, one);
      const [oldest] = tries.keys();
      if (tries.size > MAX_KEPT && oldest !== undefined) tries.delete(oldest);
      box.put(one);
      return one;
    },
    find: (ticket) => tries.get(ticket),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: box.open,
    close: box.close,
    refuse,
    end(problem) {
      if (!box.isClosed()) refuse(problem);
      for (const one of tries.values()) one.isOver ||= !box.waiting().includes(one);
      tell(problem.message);
    },
    isWaitedFor: () => box.waiting().length > 0,
  };
}

const boxProposer = (box: Inbox<Try>): Proposer => ({
  name: "mcp",
  dryReason: "no more edits were handed in",
  async propose(context, signal) {
    const next = await box.take(signal);
    if (next === null) return null;
    const { edit, parent, description, proposer, ticket } = next;
    const about = { description, proposer, detail: { ticket } };
    if (isKnown(parent, context)) return { ...about, edit, parent };
    const problem =
      "this edit was written for a program that is not part of this run; read_program shows the present one";
    return { ...about, edit: null, problem, parent: context.champion.candidate };
  },
});

/** The program on disk may have changed between the edit and the start of the run. */
function isKnown(candidate: CandidateId, context: ProposerContext): boolean {
  try {
    context.program(candidate);
    return true;
  } catch (thrown) {
    if (thrown instanceof StropError && thrown.code === "journal.unknown-candidate") return false;
    throw thrown;
  }
}

const tooMany = (): StropError =>
  new StropError("mcp.too-many-tries", `expected at most ${MAX_WAITING} edits to wait for their turn, found more`, {
    hint: "wait for results before trying more",
  });

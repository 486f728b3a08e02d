/** Asks the proposer until it gives an edit worth running. */
import { StropError } from "../core/errors.ts";
import { INTERRUPTED, type TrialRecord } from "../core/trial.ts";
import { failure } from "../executor/outcome.ts";
import { type ProposedTrial, settleProposal } from "./propose-trial.ts";
import { proposerContext } from "./proposer-context.ts";
import { finish } from "./run-trial.ts";
import { SESSION_OVER } from "./session-end.ts";
import type { Session } from "./session.ts";
import { stopReason } from "./stop.ts";

/** A trial that has been started, a reason to stop, or undefined when there is nothing to do but wait. */
export type Next = { readonly trial: TrialRecord } | { readonly reason: string } | undefined;

/**
 * Asks for edits until one is worth running, or until the session's time is over; every invalid one is recorded. Undefined when
 * there is none.
 */
export async function proposeNext(session: Session, isOver: () => boolean): Promise<Next> {
  const { journal, state, proposer, signal, now } = session;
  for (;;) {
    const proposal = await proposer.propose(proposerContext(journal, state(), session.agenda), signal);
    if (proposal === null || signal.aborted) return signal.aborted ? { reason: INTERRUPTED } : undefined;
    const settled = await settleProposal(proposal, {
      state: state(),
      proposerName: proposer.name,
      program: (id) => journal.program(id),
      inScope: session.inScope,
      types: session.types,
      signal,
      now,
    });
    const trial = recordProposal(session, settled);
    if (settled.invalid === undefined) return { trial };
    finish(session, trial, failure("invalid", settled.invalid));
    const reason = stopReason(state(), session.from);
    if (reason !== undefined) return { reason };
    if (isOver()) return { reason: SESSION_OVER };
  }
}

/** What is worth running is started in the same transaction: the disk is waited for once. */
function recordProposal(session: Session, { event, files, invalid }: ProposedTrial): TrialRecord {
  const { journal, now } = session;
  journal.transaction(() => {
    if (files !== undefined) journal.saveProgram(files);
    journal.append(event);
    if (invalid === undefined) journal.append({ type: "trial.started", at: now(), trial: event.trial, attempt: 1 });
  });
  const trial = session.state().open.at(-1);
  if (trial === undefined)
    throw new StropError("journal.inconsistent", "expected the proposed trial to be open, found none");
  return trial;
}

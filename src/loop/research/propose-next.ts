/** Asks the proposer until it gives an edit worth running. */
import { StropError } from "../../core/errors.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { failure } from "../../executor/outcome.ts";
import { type ProposedTrial, settleProposal } from "./propose-trial.ts";
import { proposerContext } from "./proposer-context.ts";
import { startTrial, tell, writeOutcome } from "./run-trial.ts";
import type { Session } from "./session.ts";
import { stopReason } from "../stop.ts";

interface Asking {
  /** The session's time is over. */
  readonly isOver: () => boolean;
  /** Runs a trial that has been started: at once, so that nobody finds it open in the journal and running nowhere. */
  readonly begin: (trial: TrialRecord) => void;
}

/**
 * Asks for edits until one is worth running, or until it is time to stop; every invalid one is recorded. False when there is
 * nothing to propose now.
 */
export async function proposeNext(session: Session, { isOver, begin }: Asking): Promise<boolean> {
  const { journal, state, proposer, signal, now } = session;
  for (;;) {
    const proposal = await proposer.propose(proposerContext(journal, state(), session.agenda), signal);
    if (proposal === null || signal.aborted) return signal.aborted;
    const settled = await settleProposal(proposal, {
      state: state(),
      proposerName: proposer.name,
      program: (id) => journal.program(id),
      inScope: session.inScope,
      types: session.types,
      signal,
      now,
    });
    const { trial, written } = journal.transaction(() => recordProposal(session, settled));
    if (settled.invalid === undefined) {
      begin(trial);
      return true;
    }
    tell(session, written);
    if (stopReason(state(), session.from) !== undefined || isOver()) return true;
  }
}

interface Recorded {
  readonly trial: TrialRecord;
  /** What the observer is to be told. */
  readonly written: readonly TrialRecord[];
}

/** What is worth running is started at once and what is invalid ends at once: after a kill, whatever is open is run. */
function recordProposal(session: Session, { event, files, invalid }: ProposedTrial): Recorded {
  const { journal, state } = session;
  if (files !== undefined) journal.saveProgram(files);
  journal.append(event);
  const trial = state().open.at(-1);
  if (trial === undefined)
    throw new StropError("journal.inconsistent", "expected the proposed trial to be open, found none");
  return invalid === undefined
    ? { trial: startTrial(session, trial), written: [] }
    : { trial, written: writeOutcome(session, trial, failure("invalid", invalid)) };
}

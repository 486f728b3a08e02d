/**
 * Moves contests on: as soon as the noise is known, a pair is complete or the champion is another, the rule is asked, and
 * what it says is written. Asking twice changes nothing, so a killed run just asks again.
 */
import type { TrialRecord, Verdict } from "../../core/trial.ts";
import type { OpenContest, RunState } from "../../journal/state.ts";
import { isBroken } from "../../judge/is-broken.ts";
import { type JudgeOptions, ruleOn, verdictOn } from "./judge-outcome.ts";
import type { Session } from "./session.ts";

/** Writes every verdict and every opening that is due, and deposes a champion that fails. Returns the trials that were judged, in order. */
export function settleContests(session: Session): TrialRecord[] {
  const judged = deposed(session);
  for (let progress = true; progress;) {
    progress = false;
    for (const { record } of session.state().contests) {
      const step = settleOne(session, record.trial);
      if (step === undefined) continue;
      progress = true;
      if (step !== "opened") judged.push({ ...record, verdict: step });
    }
  }
  return judged;
}

/** The champion, where its runs since it was kept say that it fails; then the one before it, and so on. */
function deposed({ journal, state, now }: Session): TrialRecord[] {
  const fallen: TrialRecord[] = [];
  for (let { champion, champions } = state(); champion !== null; { champion, champions } = state()) {
    if (champions.length < 2 || !isBroken(champion, champions.slice(0, -1))) return fallen;
    const { trial, failed = 0, fresh, failure = "" } = champion;
    const reason = `was champion until it failed in ${failed} of ${failed + fresh} further runs: ${failure}`;
    journal.append({ type: "champion.deposed", at: now(), trial, reason });
    fallen.push(...[journal.trial(trial)].filter((record) => record !== null));
  }
  return fallen;
}

function settleOne({ journal, state, rule, now }: Session, trial: number): Verdict | "opened" | undefined {
  const options: JudgeOptions = { state: state(), rule, program: (id) => journal.program(id) };
  const contest = options.state.contests.find(({ record }) => record.trial === trial);
  const ruling = contest === undefined ? undefined : ruleOn(contest, options);
  if (contest === undefined || ruling === undefined) return undefined;
  if (ruling.decision !== "measure") {
    const verdict = verdictOn(contest.record, ruling, options);
    journal.append({ type: "trial.judged", at: now(), trial, verdict });
    return verdict;
  }
  if (isCurrent(contest, options.state)) return undefined;
  const { purse, level, reason } = ruling;
  const opponent = options.state.champion?.trial ?? 0;
  journal.append({ type: "contest.opened", at: now(), trial, opponent, purse, level, reason });
  return "opened";
}

const isCurrent = ({ terms }: OpenContest, { champion }: RunState): boolean =>
  terms !== null && terms.opponent === champion?.trial;

/** `strop status`: where the newest run stands. */
import { join } from "node:path";

import { formatChange, formatCount, formatDuration, formatScore, grouped } from "../../report/format.ts";
import { costNote } from "../../report/cost.ts";
import { keepingNotes } from "../../report/keeping.ts";
import { nothingYet } from "../../report/prospect.ts";
import { stoppingNotes } from "../../report/stopping.ts";
import { standing, workerOn } from "../../report/under-way.ts";
import { stoppingReport, type StoppingReport } from "../../judge/stopping-report.ts";
import { executedTrials } from "../../loop/stop.ts";
import type { RunState } from "../../journal/state.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { EXIT } from "../exit-code.ts";
import { trialLine } from "../screen/progress.ts";
import { readRun } from "../read-run.ts";
import { shown } from "../screen/shown.ts";
import { bold, dim, green, oneLine, sparkline } from "../screen/style.ts";
import { countsJson, tally } from "../screen/tally.ts";

export interface StatusOptions {
  readonly run?: string;
  readonly json?: boolean;
}

const SHOWN_TRIALS = 5;

export function statusCommand(folder: string, options: StatusOptions): number {
  const { journal, state, run, taskFolder } = readRun(folder, options.run);
  // All outcomes are read only where there is something to report.
  const hasStops = state.counts["stopped-early"] > 0;
  const stopping = stoppingReport(hasStops ? journal.ends() : [], state.task.metric.direction);
  journal.close();
  const worker = workerOn(join(taskFolder, ".strop"), run);
  if (options.json === true) {
    const { champion, baselineScore, proposers, tier, activeMs, ended, sinceImprovement, noise, repeats, holdouts } =
      state;
    const [trials, counts] = [executedTrials(state), countsJson(state)];
    process.stdout.write(
      `${JSON.stringify({ run, metric: state.task.metric.name, baselineScore, champion, trials, counts, proposers, tier, activeMs, ended, sinceImprovement, noise, repeats, holdouts, stopping, process: worker ?? null })}\n`,
    );
    return EXIT.done;
  }
  process.stdout.write(`${statusText(shown({ ...state, ended: standing(state, worker) }), stopping)}\n`);
  return EXIT.done;
}

/** Where a run stands, in a few lines. */
export function statusText(state: RunState, stopping?: StoppingReport): string {
  const { task, run } = state;
  return [
    `${bold(oneLine(task.name))} ${run}  ${dim(state.ended === null ? "open" : state.ended)}`,
    scoreLine(state),
    `${formatCount(executedTrials(state), "trial")} in ${formatDuration(state.activeMs)}: ${tally(state)}; ${grouped(state.sinceImprovement)} since the last improvement`,
    dim(
      `sandbox ${state.tiers.join(", ")} · proposer ${task.proposer} · seed ${state.seed}${task.evaluate === undefined ? " · self-reported scores" : ""}`,
    ),
    ...[costNote(state) ?? [], keepingNotes(state), stopping === undefined ? [] : stoppingNotes(stopping)]
      .flat()
      .map((note) => dim(note)),
    "",
    ...newest(state).map((trial) => trialLine(trial, state)),
    ...state.open.map((trial) => `${dim(`#${trial.trial}`.padStart(6))}  open        ${oneLine(trial.description)}`),
  ].join("\n");
}

/** As the closing words of a run have it. */
function scoreLine(state: RunState): string {
  const { champion, champions, baselineScore, task } = state;
  if (champion === null || baselineScore === null) return "no baseline yet";
  const best = green(formatScore(champion.score));
  if (champion.trial === 0) return `${task.metric.name} ${best}: ${nothingYet(state)}`;
  const stairs = sparkline(champions.map(({ score }) => score));
  return `${task.metric.name} ${formatScore(baselineScore)} → ${best} ${formatChange(baselineScore, champion.score)}  ${stairs}`;
}

/** The last trials that have run, those without a verdict among them. */
const newest = ({ recent, contests }: RunState): TrialRecord[] =>
  [...recent.slice(-SHOWN_TRIALS), ...contests.map(({ record }) => record)]
    .sort((a, b) => a.trial - b.trial)
    .slice(-SHOWN_TRIALS);

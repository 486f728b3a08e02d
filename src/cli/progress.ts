/**
 * What a run looks like while it goes: one line per finished trial, and on a terminal a live block beneath them that
 * shows the running trials. Writes to stderr, so that stdout stays free for results and `--json`.
 */
import type { CurvePoint, TrialRecord } from "../core/trial.ts";
import { isBetter } from "../core/metric.ts";
import { printable } from "../core/printable.ts";
import type { RunState } from "../journal/state.ts";
import type { RunObserver } from "../loop/observer.ts";
import { executedTrials } from "../loop/stop.ts";
import { formatChange, formatScore } from "../report/format.ts";
import { liveBlock } from "./live-block.ts";
import { bold, dim, green, red, sparkline, yellow } from "./style.ts";
import { pace, paceText, tally } from "./tally.ts";

export interface ProgressOptions {
  readonly out: NodeJS.WriteStream;
  readonly sessionMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export function createProgress(options: ProgressOptions): RunObserver & { stop(): void } {
  const { out, now } = options;
  const live = new Map<number, { trial: TrialRecord; points: CurvePoint[]; since: number }>();
  const startedAt = now();
  let doneBefore = 0;
  let state: RunState | undefined;
  const speed = (next: RunState): string =>
    paceText(pace(next, { doneBefore, elapsedMs: now() - startedAt, sessionMs: options.sessionMs }));
  const { print, stop } = liveBlock(out, () =>
    state === undefined
      ? []
      : [
          dim("─".repeat(24)),
          statusLine(state, speed(state)),
          ...[...live.values()].map((trial) => liveLine(trial, now())),
        ],
  );
  return {
    opened: (opened, notes) => {
      state = opened;
      doneBefore = executedTrials(opened);
      for (const line of greeting(opened)) print(line);
      for (const note of notes) print(yellow(`note: ${note}`));
    },
    note: (text) => print(yellow(`note: ${text}`)),
    trialStarted: (trial, next) => {
      state = next;
      live.set(trial.trial, { trial, points: [], since: now() });
    },
    curvePoint: (trial, point) => void live.get(trial.trial)?.points.push(point),
    trialContested: (trial, next) => {
      state = next;
      live.delete(trial.trial);
      const contest = next.contests.find(({ record }) => record.trial === trial.trial);
      const why = contest?.terms == null ? "waits until the noise is known" : "to be run again beside the champion";
      print(
        `${dim(`#${trial.trial}`.padStart(6))}  ${yellow("check".padEnd(11))} ${formatScore(trial.outcome?.score).padStart(9)}  ${dim(why)}`,
      );
    },
    repeatFinished: ({ trial }, outcome, next) => {
      state = next;
      print(dim(`${`#${trial}`.padStart(6)}  run again   ${formatScore(outcome.score).padStart(9)}`));
    },
    trialFinished: (trial, next) => {
      state = next;
      live.delete(trial.trial);
      print(
        out.isTTY ? trialLine(trial, next) : `${trialLine(trial, next)}  ${dim(`[${tally(next)} · ${speed(next)}]`)}`,
      );
    },
    stop,
  };
}

function greeting({ task, run, nextTrial, tier }: RunState): string[] {
  const how = nextTrial > 0 ? `continuing ${run} at trial ${nextTrial}` : `new ${run}`;
  const budget = `${task.budget.trainSeconds} s a trial (${task.budget.clock} clock), ${task.parallel} at a time`;
  return [
    `${bold(`strop ${task.name}`)}  ${how}${helpers(task)}`,
    dim(`${task.metric.direction} ${task.metric.name} · ${budget} · proposer ${task.proposer} · sandbox ${tier}`),
    dim("Ctrl-C ends the run cleanly; the same command continues it."),
    "",
  ];
}

/** Who proposes besides the built-in proposers. */
function helpers({ models = [], agent }: RunState["task"]): string {
  const names = models.map(({ model }) => model);
  const asked = names.length === 0 ? "" : ` · model${names.length > 1 ? "s" : ""} ${names.join(", ")}`;
  return `${asked}${agent === undefined ? "" : ` · agent ${agent.command}`}`;
}

/** `#12  keep       2.7123  −3.1 %   tpe        learningRate 0.001 → 0.003` */
export function trialLine(trial: TrialRecord, state: RunState): string {
  const number = dim(`#${trial.trial}`.padStart(6));
  const change =
    state.baselineScore !== null && trial.outcome?.score != null && trial.trial > 0
      ? formatChange(state.baselineScore, trial.outcome.score)
      : "";
  const { evidence, reason = "" } = trial.verdict ?? {};
  const why =
    trial.outcome?.status === "scored"
      ? evidence === undefined
        ? ""
        : `  ${dim(reason)}`
      : `  ${dim((trial.outcome?.reason ?? "").split("\n")[0]?.slice(0, 120) ?? "")}`;
  return `${number}  ${verdictWord(trial)} ${formatScore(trial.outcome?.score).padStart(9)} ${change.padStart(8)}  ${dim(trial.proposer.padEnd(9))} ${printable(trial.description)}${why}`;
}

function verdictWord(trial: TrialRecord): string {
  if (trial.trial === 0 && trial.verdict?.decision === "keep") return bold("baseline".padEnd(11));
  if (trial.verdict?.decision === "keep") return green("keep".padEnd(11));
  const status = trial.outcome?.status ?? "open";
  return status === "scored" ? dim("discard".padEnd(11)) : red(status.padEnd(11));
}

function statusLine(state: RunState, speed: string): string {
  const { champion, baselineScore, task } = state;
  const scores = state.champions.map((c) => (task.metric.direction === "minimize" ? c.score : -c.score));
  const best =
    champion === null ? "waiting for the baseline" : `best ${task.metric.name} ${green(formatScore(champion.score))}`;
  const change =
    champion === null || baselineScore === null || !isBetter(task.metric.direction, champion.score, baselineScore)
      ? ""
      : ` (${formatChange(baselineScore, champion.score)})`;
  return `${scores.length > 1 ? `${sparkline(scores, 12)} ` : ""}${best}${change} · ${tally(state)} · ${speed}`;
}

function liveLine(
  { trial, points, since }: { trial: TrialRecord; points: readonly CurvePoint[]; since: number },
  now: number,
): string {
  const last = points.at(-1);
  const loss = last === undefined ? "starting" : `loss ${formatScore(last.loss)} ${sparkline(thin(points), 16)}`;
  return `${dim(`#${trial.trial}`.padStart(6))}  ${((now - since) / 1000).toFixed(0).padStart(3)} s  ${loss}  ${printable(trial.description)}`;
}

/** About 16 points spread over the whole curve. */
const thin = (points: readonly CurvePoint[]): number[] =>
  points.filter((_, index) => index % Math.ceil(points.length / 16) === 0).map((point) => point.loss);

/**
 * What a run looks like while it goes: one line per finished trial, and on a terminal a live block beneath them that
 * shows the running trials. Writes to stderr, so that stdout stays free for results and `--json`.
 */
import type { CurvePoint, Outcome, TrialRecord } from "../../core/trial.ts";
import { isBetter } from "../../core/metric.ts";
import type { RunState } from "../../journal/state.ts";
import type { DueRepeat } from "../../loop/research/due-repeats.ts";
import type { RunObserver } from "../../loop/research/observer.ts";
import { executedTrials } from "../../loop/stop.ts";
import { formatChange, formatDuration, formatScore } from "../../report/format.ts";
import { trialWord } from "../../report/trial-word.ts";
import { contestNote } from "./contest-note.ts";
import { liveBlock } from "./live-block.ts";
import { shown } from "./shown.ts";
import { bold, curveLine, dim, green, oneLine, red, sparkline, yellow } from "./style.ts";
import { pace, paceText, tally } from "./tally.ts";

export interface ProgressOptions {
  readonly out: NodeJS.WriteStream;
  /** The command that shows this run in a browser while it goes. */
  readonly watch?: string;
  readonly sessionMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export function createProgress(options: ProgressOptions): RunObserver & { stop(): void } {
  const { out, now } = options;
  const live = new Map<string, Running>();
  const keyOf = ({ trial }: TrialRecord): string => `trial-${trial}`;
  const startedAt = now();
  let [doneBefore, doneAt] = [0, startedAt];
  let state: RunState | undefined;
  const speed = (next: RunState): string => {
    const [elapsedMs, sinceMs] = [now() - startedAt, now() - doneAt];
    return paceText(pace(next, { doneBefore, elapsedMs, sinceMs, sessionMs: options.sessionMs }));
  };
  const { print, stop } = liveBlock(out, () =>
    state === undefined
      ? []
      : [
          ...(out.isTTY ? [dim("─".repeat(24))] : []),
          // On lines of their own, so that the time left is not what a narrow terminal cuts off.
          `${bestSoFar(state)} · ${speed(state)}`,
          dim(tally(state)),
          ...[...live.values()].map((running) => liveLine(running, now())),
        ],
  );
  return {
    opened: (opened, notes) => {
      state = opened;
      doneBefore = executedTrials(opened);
      for (const line of greeting({ ...opened, task: shown(opened.task) }, options.watch)) print(line);
      for (const note of notes) print(yellow(`note: ${shown(note)}`));
    },
    note: (text) => print(yellow(`note: ${shown(text)}`)),
    trialStarted: (trial, next) => {
      state = next;
      live.set(keyOf(trial), { trial: trial.trial, what: oneLine(trial.description), points: [], since: now() });
    },
    curvePoint: (trial, point) => void live.get(keyOf(trial))?.points?.push(point),
    trialContested: (trial, next) => {
      [state, doneAt] = [next, now()];
      live.delete(keyOf(trial));
      print(trialLine(trial, next));
    },
    repeatStarted: (repeat) => {
      live.set(repeat.name, { trial: repeat.trial, what: `run again ${purposeOf(repeat)}`, since: now() });
    },
    repeatFinished: (repeat, outcome, next) => {
      state = next;
      live.delete(repeat.name);
      print(dim(repeatLine(repeat, outcome)));
    },
    modelAsked: ({ exchange, model, purpose }, next) => {
      state = next;
      const trial = Number(/\d+$/.exec(purpose)?.[0]);
      live.set(`call-${exchange}`, { trial, what: asking(model, next), since: now() });
    },
    modelAnswered: (exchange, next) => {
      state = next;
      live.delete(`call-${exchange}`);
    },
    trialFinished: (trial, next) => {
      [state, doneAt] = [next, now()];
      live.delete(keyOf(trial));
      print(
        out.isTTY || trial.trial === 0
          ? trialLine(trial, next)
          : `${trialLine(trial, next)}  ${dim(`[${tally(next)} · ${speed(next)}]`)}`,
      );
    },
    stop,
  };
}

function greeting({ task, run, nextTrial, tier }: RunState, watch?: string): string[] {
  const how = nextTrial > 0 ? `continuing ${run} at trial ${nextTrial}` : `new ${run}`;
  const budget = `${task.budget.trainSeconds} s a trial (${task.budget.clock} clock), ${task.parallel} at a time`;
  return [
    `${bold(`strop ${oneLine(task.name)}`)}  ${how}${helpers(task)}`,
    dim(`${task.metric.direction} ${task.metric.name} · ${budget} · proposer ${task.proposer} · sandbox ${tier}`),
    dim("Ctrl-C ends the run cleanly; the same command continues it."),
    ...(watch === undefined ? [] : [dim(`In another terminal, ${watch} shows it in a browser.`)]),
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
  const contest = state.contests.find(({ record }) => record.trial === trial.trial);
  if (contest !== undefined) return row(trial, state, contestNote(contest, state.task.metric.direction));
  const { evidence, reason = "" } = trial.verdict ?? {};
  const scored = evidence === undefined ? "" : reason;
  const why = trial.outcome?.status === "scored" ? scored : firstLine(trial.outcome?.reason ?? "");
  return row(trial, state, why);
}

function row(trial: TrialRecord, state: RunState, why: string): string {
  const score = trial.outcome?.score ?? null;
  const change =
    state.baselineScore !== null && score !== null && trial.trial > 0 ? formatChange(state.baselineScore, score) : "";
  const edit = `${dim(oneLine(trial.proposer).padEnd(9))} ${oneLine(trial.description)}${why === "" ? "" : `  ${dim(oneLine(why))}`}`;
  return `${dim(`#${trial.trial}`.padStart(6))}  ${verdictWord(trial)} ${formatScore(score).padStart(9)} ${change.padStart(8)}  ${edit}`;
}

const firstLine = (text: string): string => text.split("\n")[0]?.slice(0, 120) ?? "";

/** In colour, and padded. */
function verdictWord(trial: TrialRecord): string {
  const word = oneLine(trialWord(trial));
  return (COLOURS[word] ?? red)((word === "stopped-early" ? "stopped" : word).padEnd(11));
}

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  open: yellow,
  check: yellow,
  baseline: bold,
  keep: green,
  discard: dim,
  "stopped-early": dim,
};

function bestSoFar(state: RunState): string {
  const { champion, baselineScore, task } = state;
  const scores = state.champions.map(({ score }) => score);
  const best =
    champion === null
      ? "waiting for the baseline"
      : `best ${oneLine(task.metric.name)} ${green(formatScore(champion.score))}`;
  const change =
    champion === null || baselineScore === null || !isBetter(task.metric.direction, champion.score, baselineScore)
      ? ""
      : ` (${formatChange(baselineScore, champion.score)})`;
  return `${scores.length > 1 ? `${sparkline(scores, 12)} ` : ""}${best}${change}`;
}

/** `waiting for an edit (usually 14 s) of ollama/qwen3`: the name comes last, since a narrow terminal may cut it off. */
function asking(model: string, { models }: RunState): string {
  const { calls, wallSeconds } = models.byModel[model] ?? { calls: 0, wallSeconds: 0 };
  const usual = calls === 0 ? "" : ` (usually ${formatDuration((1000 * wallSeconds) / calls)})`;
  return `waiting for an edit${usual} of ${oneLine(model)}`;
}

/** A run of the program, or a question to a model, that is under way. */
interface Running {
  readonly trial: number;
  readonly what: string;
  /** Only those of a trial are shown. */
  readonly points?: CurvePoint[];
  readonly since: number;
}

function liveLine({ trial, what, points, since }: Running, now: number): string {
  const curve = points === undefined ? "" : `${curveSoFar(points)}  `;
  return `${dim(`#${trial}`.padStart(6))}  ${((now - since) / 1000).toFixed(0).padStart(3)} s  ${curve}${what}`;
}

function curveSoFar(points: readonly CurvePoint[]): string {
  const last = points.at(-1);
  return last === undefined ? "starting" : `loss ${formatScore(last.loss)} ${curveLine(points, 16)}`;
}

function repeatLine(repeat: DueRepeat, { status, score, reason }: Outcome): string {
  const failed = score === null ? `  ${status}: ${firstLine(reason)}` : "";
  const number = `#${repeat.trial}`.padStart(6);
  return `${number}  run again   ${formatScore(score).padStart(9)}  ${purposeOf(repeat)}${failed}`;
}

/** Why a program is run again, for people. */
function purposeOf({ of, side, index }: DueRepeat): string {
  if (of === "baseline" || of === "noise") return "to know the noise";
  if (of === "champion") return "for a score that nothing has selected";
  return side === "candidate" ? `pair ${index + 1}: against the champion` : `pair ${index + 1}: the champion itself`;
}

/** What a self-programming run looks like while it goes: one line per source, and on a terminal a live line beneath them. */
import type { TrialRecord } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";
import type { ReprogramObserver } from "../../loop/reprogram/reprogram.ts";
import { lastTrial, placeOf, type ReprogramSettings } from "../../loop/reprogram/settings.ts";
import { formatCount, formatDuration, formatScore } from "../../report/format.ts";
import { leftMs, leftText, stageClock } from "./eta.ts";
import { liveBlock } from "./live-block.ts";
import { bold, dim, green, oneLine, yellow } from "./style.ts";

export interface ReprogramProgressOptions {
  readonly out: NodeJS.WriteStream;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export function reprogramProgress({ out, now }: ReprogramProgressOptions): ReprogramObserver & { stop(): void } {
  let live: Live = { trial: 0, of: 0, first: 0, startedAt: now(), doneAt: now() };
  const stage = stageClock(now);
  const { print, stop } = liveBlock(out, () => [
    dim(`source ${live.trial} of ${live.of} · ${stage.text()}${allSources(live, now())}`),
  ]);
  return {
    opened: (state, notes) => {
      const settings = settingsOf(state);
      live = { ...live, of: lastTrial(settings), first: state.nextTrial - state.open.length, startedAt: now() };
      for (const line of greeting(state, settings)) print(line);
      for (const note of notes) print(yellow(`note: ${note}`));
      print("");
    },
    trialStarted: ({ trial }) => {
      live = { ...live, trial, doneAt: now() };
      stage.report("starting", 0);
    },
    progress: stage.report,
    trialFinished: (trial, state) => print(sourceLine(trial, state)),
    stop,
  };
}

const settingsOf = ({ task }: RunState): ReprogramSettings => task.settings as unknown as ReprogramSettings;

interface Live {
  /** The source of now, the last one, and the first of this session. */
  readonly trial: number;
  readonly of: number;
  readonly first: number;
  readonly startedAt: number;
  /** When the source before this one was done. */
  readonly doneAt: number;
}

/** From this session's pace; nothing until two sources are done. */
function allSources({ trial, of, first, startedAt, doneAt }: Live, at: number): string {
  const done = trial - first;
  if (done < 2) return "";
  const left = leftMs({ done, left: of + 1 - trial, elapsedMs: doneAt - startedAt, sinceMs: at - doneAt });
  return `${leftText(left)} for all sources`;
}

function greeting({ task, run, nextTrial, tier, activeMs }: RunState, settings: ReprogramSettings): string[] {
  const how = nextTrial > 0 ? `continuing ${run} at source ${nextTrial - 1}` : `new ${run}`;
  const { candidates, iterations, codeModel, backend, arm } = settings;
  const who = { model: "the code model", random: "the generator (control)", none: "nobody (control)" }[arm];
  return [
    `${bold(`strop ${task.name}`)}  ${how}`,
    dim(
      `${formatCount(iterations, "iteration")} of ${formatCount(candidates, "source")} by ${who} · ${trainsCodeModel(settings) ? `code model ${codeModel.scale}, ${codeModel.samples} pairs · ` : ""}` +
        `${backend.name}, ${backend.threads} thread${backend.threads === 1 ? "" : "s"} · sandbox ${tier}`,
    ),
    dim(
      `what takes its time: ${workOf(settings).join("; ")}; each shows the time that it still takes` +
        (nextTrial > 1 ? `. So far: ${formatDuration(activeMs)}, ${formatCount(nextTrial - 1, "source")}` : ""),
    ),
    dim("Ctrl-C ends the run cleanly; the same command continues it."),
  ];
}

const trainsCodeModel = ({ experiment, arm }: ReprogramSettings): boolean => experiment === "self" || arm === "model";

/** The stages that take long, by what decides how long: minutes depend on the machine. */
function workOf(settings: ReprogramSettings): string[] {
  const { arm, candidates, iterations, codeModel } = settings;
  const sources = arm === "none" ? 1 : candidates * iterations + 1;
  const training = `training a code model on ${codeModel.samples} pairs`;
  if (settings.experiment === "self")
    return [
      `measuring ${formatCount(sources, "source")}, each trained on ${settings.fewShot} pairs`,
      arm === "none"
        ? "training a code model on as much as a whole run"
        : `${training} whenever the source has changed`,
    ];
  const finals = 2 * settings.finalSeeds;
  return [
    ...(trainsCodeModel(settings) ? [training] : []),
    `training ${formatCount(sources, "network")} on ${settings.epochs} × ${settings.subset} images`,
    `${formatCount(finals, "final training")} on up to ${settings.finalEpochs} × ${settings.finalImages} images`,
  ];
}

/** `12  iteration 2  0.9710 kept   dense(16), → conv(32), pool(), dense(16),` */
function sourceLine({ trial, outcome, verdict, description }: TrialRecord, state: RunState): string {
  const { iteration } = placeOf(trial, settingsOf(state));
  const isKept = verdict?.decision === "keep";
  const scored = outcome?.score ?? null;
  const what = oneLine(scored === null ? `${outcome?.status ?? "open"}: ${outcome?.reason ?? ""}` : description);
  const score = (scored === null ? "–" : formatScore(scored)).padEnd(9);
  const line = `${String(trial).padStart(4)}  iteration ${String(iteration).padStart(2)}  ${score} ${isKept ? "kept" : "    "}  ${what}`;
  return isKept ? green(line) : line;
}

/** What a self-programming run looks like while it goes: one line per source, and on a terminal a live line beneath them. */
import type { TrialRecord } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import type { ReprogramObserver } from "../loop/reprogram/reprogram.ts";
import { lastTrial, placeOf } from "../loop/reprogram/settings.ts";
import type { ReprogramSettings } from "../loop/reprogram/settings.ts";
import { formatDuration, formatScore } from "../report/format.ts";
import { liveBlock } from "./live-block.ts";
import { bold, dim, green, yellow } from "./style.ts";

export interface ReprogramProgressOptions {
  readonly out: NodeJS.WriteStream;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export function reprogramProgress({ out, now }: ReprogramProgressOptions): ReprogramObserver & { stop(): void } {
  let live = { trial: 0, of: 0, activity: "", share: 0, first: 0, startedAt: now() };
  const { print, stop } = liveBlock(out, () => {
    const { trial, of, activity, share } = live;
    return [dim(`source ${trial} of ${of} · ${activity} ${Math.round(100 * share)} %${etaOf(live, now())}`)];
  });
  return {
    opened: (state, notes) => {
      const settings = settingsOf(state);
      live = { ...live, of: lastTrial(settings), first: state.nextTrial - state.open.length, startedAt: now() };
      for (const line of greeting(state, settings)) print(line);
      for (const note of notes) print(yellow(`note: ${note}`));
      print("");
    },
    trialStarted: ({ trial }) => {
      live = { ...live, trial, activity: "starting", share: 0 };
    },
    progress: (activity, share) => {
      live = { ...live, activity, share };
    },
    trialFinished: (trial, state) => print(sourceLine(trial, state)),
    stop,
  };
}

const settingsOf = ({ task }: RunState): ReprogramSettings => task.settings as unknown as ReprogramSettings;

/** From this session's pace; nothing until two sources are done. */
function etaOf(live: { trial: number; of: number; first: number; startedAt: number }, at: number): string {
  const done = live.trial - live.first;
  if (done < 2) return "";
  return ` · about ${formatDuration(((live.of + 1 - live.trial) * (at - live.startedAt)) / done)} left`;
}

function greeting({ task, run, nextTrial, tier }: RunState, settings: ReprogramSettings): string[] {
  const how = nextTrial > 0 ? `continuing ${run} at source ${nextTrial - 1}` : `new ${run}`;
  const { candidates, iterations, codeModel, backend, arm } = settings;
  const who = { model: "the code model", random: "the generator (control)", none: "nobody (control)" }[arm];
  return [
    `${bold(`strop ${task.name}`)}  ${how}`,
    dim(
      `${iterations} iterations of ${candidates} sources by ${who} · code model ${codeModel.scale}, ${codeModel.samples} pairs · ` +
        `${backend.name}, ${backend.threads} thread${backend.threads === 1 ? "" : "s"} · sandbox ${tier}`,
    ),
    dim("Ctrl-C ends the run cleanly; the same command continues it."),
  ];
}

/** `12  iteration 2  0.9710 kept   dense(16), → conv(32), pool(), dense(16),` */
export function sourceLine({ trial, outcome, verdict, description }: TrialRecord, state: RunState): string {
  const { iteration } = placeOf(trial, settingsOf(state));
  const isKept = verdict?.decision === "keep";
  const scored = outcome?.score ?? null;
  const what = scored === null ? `${outcome?.status ?? "open"}: ${(outcome?.reason ?? "").slice(0, 80)}` : description;
  const score = (scored === null ? "–" : formatScore(scored)).padEnd(9);
  const line = `${String(trial).padStart(4)}  iteration ${String(iteration).padStart(2)}  ${score} ${isKept ? "kept" : "    "}  ${what}`;
  return isKept ? green(line) : line;
}

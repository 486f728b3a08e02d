/** What a recursion looks like while it goes: one line per improver, and on a terminal a live line beneath them. */
import type { TrialRecord } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";
import type { RecursionObserver } from "../../loop/recurse/recursion.ts";
import { createDownstreamTask } from "../../downstream/registry.ts";
import { copiesAgain, mostDownstreamRuns, type RecursionSettings } from "../../loop/recurse/settings.ts";
import { formatCount } from "../../report/format.ts";
import { leftMs, leftText } from "./eta.ts";
import { liveBlock } from "./live-block.ts";
import { bold, dim, green, oneLine, yellow } from "./style.ts";

export interface RecursionProgressOptions {
  readonly out: NodeJS.WriteStream;
  readonly settings: RecursionSettings;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export function recursionProgress(options: RecursionProgressOptions): RecursionObserver & { stop(): void } {
  const { out, settings, now } = options;
  const startedAt = now();
  let doneAt = startedAt;
  let [done, round, part, before] = [0, 0, "measuring it", 0];
  const { print, stop } = liveBlock(out, () => {
    const most = mostDownstreamRuns(settings) + 2 * copiesAgain(settings) * settings.tasks.length - before;
    const left = Math.max(0, most - done);
    const eta = leftText(leftMs({ done, left, elapsedMs: doneAt - startedAt, sinceMs: now() - doneAt }), "at most");
    const runs = `${done} of at most ${formatCount(Math.max(done, most), "downstream run")}`;
    return [dim(`round ${round} of ${settings.rounds} · ${part}${eta} · ${runs}`)];
  });
  return {
    opened: (state, notes) => {
      before = runsBehind(settings) * state.counts.scored;
      for (const line of greeting(state, settings)) print(line);
      for (const note of notes) print(yellow(`note: ${note}`));
    },
    note: (text) => print(yellow(`note: ${text}`)),
    trialStarted: ({ trial }) => {
      round = trial;
    },
    partFinished: (finished) => {
      part = STAGES[finished.split("/")[0] ?? ""] ?? "measuring it";
      if (finished !== "next") [done, doneAt] = [done + 1, now()];
    },
    trialFinished: (trial, state) => print(roundLine(trial, state)),
    stop,
  };
}

const STAGES: Readonly<Record<string, string>> = {
  validation: "measuring it",
  improve: "it improves itself",
  again: "measuring the best and the first again",
};

/** Downstream runs behind one meta-utility. */
const runsBehind = ({ copies, tasks }: RecursionSettings): number => copies * tasks.length;

function greeting({ task, run, nextTrial, tier }: RunState, settings: RecursionSettings): string[] {
  const how = nextTrial > 0 ? `continuing ${run} at round ${nextTrial - 1}` : `new ${run}`;
  const isBuiltin = settings.models.every((model) => model === "builtin");
  return [
    `${bold(`strop ${task.name}`)}  ${how}`,
    ...whatItIs(settings),
    dim(
      `${settings.rounds} round${settings.rounds === 1 ? "" : "s"} · ${settings.copies} ${settings.copies === 1 ? "copy" : "copies"} · model ${settings.models.join(", ")} · sandbox ${tier} · budgets ${formatCount(settings.downstream.utilityCalls, "utility call")}, ${formatCount(settings.downstream.modelCalls, "model call")} of ${formatCount(settings.downstream.responsesPerCall, "answer")}`,
    ),
    ...(isBuiltin
      ? [yellow("the built-in model is no language model: it makes small syntax-aware edits; --model names a real one")]
      : []),
    ...(settings.tasks.some(({ options }) => options["start"] === "search")
      ? [yellow("the solutions begin as badly tuned searches; --start naive begins with the paper's guesses")]
      : []),
    dim("Ctrl-C ends the run cleanly; the same command continues it."),
    "",
    dim(
      `        score û on validation ± standard error over ${formatCount(runsBehind(settings), "run")} (eq. 2); on test instances`,
    ),
  ];
}

/** For whoever has never heard of improvers. */
function whatItIs({ tasks, frozen }: RecursionSettings): string[] {
  const [one = "", ...others] = new Set(tasks.map(({ name }) => name));
  const returned = others.length === 0 ? `for ${told(one)}` : `for ${others.length + 1} tasks`;
  const on = frozen ? "here the first works on the newest one's source" : "here it works on its own source";
  return [
    `An improver is a program that makes other programs better; ${on}.`,
    `Its score, 0 to 1, is that of the programs it returns ${returned}.`,
  ];
}

/** `qap (assigns facilities to locations, with preferences)` */
function told(name: string): string {
  const what = /^\/\*\* (.)(.*?)\. /.exec(createDownstreamTask(name).description);
  return what === null ? name : `${name} (${what[1]?.toLowerCase()}${what[2]})`;
}

/** `I_2  0.6125 ± 0.0100  test 0.5980 ± 0.0120  improver 1, improved by itself` */
export function roundLine({ trial, outcome, verdict, description }: TrialRecord, state: RunState): string {
  const isBest = verdict?.decision === "keep" && state.champion?.trial === trial && trial > 0;
  const score = withError(outcome?.score ?? undefined, outcome?.metrics["validation_standard_error"]);
  const test = testText(outcome);
  const failed = outcome?.metrics["failed_runs"] ?? 0;
  const failures = failed === 0 ? "" : yellow(`  ${(100 * failed).toFixed(0)} % of its runs failed`);
  return `${`I_${trial}`.padStart(6)}  ${isBest ? green(score) : score}${test === "" ? "" : `  test ${test}`}  ${oneLine(description)}${failures}`;
}

/** `0.5980 ± 0.0120`; empty for what was not tried on test instances. */
export const testText = (outcome: TrialRecord["outcome"]): string =>
  withError(outcome?.metrics["test_meta_utility"], outcome?.metrics["test_standard_error"]);

const withError = (value: number | undefined, error: number | undefined): string =>
  value === undefined ? "" : `${value.toFixed(4)}${error === undefined ? "" : ` ± ${error.toFixed(4)}`}`;

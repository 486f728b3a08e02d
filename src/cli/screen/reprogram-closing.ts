/** The last words of `strop reprogram`: what the iterations brought, where everything lies, what to try next. */
import { mean } from "../../core/numerics/stats.ts";
import { INTERRUPTED } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";
import { type ReprogramResult, validity } from "../../loop/reprogram/result.ts";
import { accuracyText, accuracyTitle } from "../../loop/reprogram/networks/accuracy-text.ts";
import type { ReprogramSession } from "../../loop/reprogram/run-reprogram.ts";
import { hasFailedBaseline } from "../../loop/stop.ts";
import { formatDuration, formatScore } from "../../report/format.ts";
import { commandName } from "../command-name.ts";
import { place } from "../place.ts";
import { goesOn, quoted, sameCommand, stepLines } from "../same-command.ts";
import { bold, colourDiff, dim, green } from "./style.ts";

export function reprogramClosing({ state, result, files, figures }: ReprogramSession, folder: string): string {
  const { champion, baselineScore, task } = state;
  const isImproved = champion !== null && champion.trial > 0;
  const { valid, all } = validity(result);
  return [
    "",
    dim(`${state.ended ?? "still open"}, ${formatDuration(state.activeMs)}`),
    isImproved
      ? `${bold(task.metric.name)}  ${formatScore(baselineScore)} → ${green(formatScore(champion.score))}   ${dim(`source ${champion.trial}`)}`
      : bold(notImproved(state)),
    ...(all === 0 ? [] : [`${valid} of ${all} written sources run (${((100 * valid) / all).toFixed(0)} %)`]),
    ...(all > 0 && valid === 0
      ? [dim("the code model has learned too little to write sources: give it more --samples")]
      : []),
    ...generationLines(result),
    ...updateLines(result),
    ...finalLines(result),
    "",
    ...(isImproved ? [...colourDiff(files.diff.trimEnd()).split("\n"), ""] : []),
    `${dim("report ")} ${place(files.report)}`,
    `${dim("source ")} ${place(files.champion)}`,
    `${dim("figures")} ${place(figures)}`,
    "",
    ...stepLines([
      ...(state.ended === INTERRUPTED ? [goesOn()] : []),
      ...nextSteps(result, folder, hasFailedBaseline(state)),
    ]),
    "",
  ].join("\n");
}

function notImproved(state: RunState): string {
  const { champion, nextTrial, open } = state;
  if (hasFailedBaseline(state)) return "the initial source has no score";
  if (champion === null) return "the initial source is not measured yet";
  return nextTrial - open.length > 1
    ? "no source was better than the initial one"
    : "no other source has been measured yet";
}

/** The mean over its training is what figure 2 of the paper shows to fall. */
function generationLines({ generations }: ReprogramResult): string[] {
  if (generations.length === 0) return [];
  const rows = generations.map(
    ({ generation, sameAs, losses, validationLoss, parameters, multiplications, cpuSeconds }) =>
      [
        String(generation).padStart(10),
        mean(losses).toFixed(4).padStart(19),
        validationLoss.toFixed(4).padStart(16),
        `${(parameters / 1e6).toFixed(2)} M`.padStart(11),
        `${(multiplications / 1e9).toFixed(0)} G`.padStart(16),
        cpuSeconds.toFixed(0).padStart(12),
        sameAs === null ? "" : `  unchanged, the model of ${sameAs}`,
      ].join(""),
  );
  return ["", dim("generation mean training loss validation loss  parameters multiplications CPU seconds"), ...rows];
}

/** What PPO saw and did, one line for each update. */
function updateLines({ updates }: ReprogramResult): string[] {
  if (updates.length === 0) return [];
  const rows = updates.map(({ iteration, meanReward, valid, epochs, kl, multiplications, cpuSeconds }) =>
    [
      String(iteration).padStart(14),
      meanReward.toFixed(3).padStart(8),
      `${(100 * valid).toFixed(0)} %`.padStart(7),
      String(epochs).padStart(8),
      kl.toFixed(4).padStart(8),
      `${(multiplications / 1e9).toFixed(0)} G`.padStart(16),
      cpuSeconds.toFixed(0).padStart(12),
    ].join(""),
  );
  return ["", dim("PPO, iteration  reward  valid  epochs      KL multiplications CPU seconds"), ...rows];
}

function finalLines(result: ReprogramResult): string[] {
  const title = accuracyTitle(result);
  if (title === "") return [];
  const { best, initial } = result.finals;
  return ["", dim(title), `  best source     ${accuracyText(best)}`, `  initial source  ${accuracyText(initial)}`];
}

function nextSteps({ settings }: ReprogramResult, folder: string, hasFailed: boolean): [string, string][] {
  const { experiment, arm, learning } = settings;
  const at = `${sameCommand(["--fresh", "--json", "--learn <how>", "--arm <who>"])} --fresh`;
  const log: [string, string] = [`${commandName()} log ${quoted(place(folder))}`, "every source"];
  if (hasFailed) return [[`${sameCommand(["--fresh"])} --fresh`, "begins anew, when model.ts is mended"], log];
  const arms: readonly (readonly [string, string, boolean])[] = [
    [at, "the code model writes", arm !== "model"],
    [
      `${at} --learn ppo`,
      "the code model goes on learning from what its sources earn",
      arm === "model" && learning === undefined,
    ],
    [`${at} --arm random`, "the control: the generator writes instead of the model", arm !== "random"],
    [
      `${at} --arm none`,
      "the control: the same data spent on the first source",
      arm !== "none" && experiment === "self",
    ],
  ];
  return [
    ...arms.filter(([, , isWanted]) => isWanted).map(([command, what]): [string, string] => [command, what]),
    log,
  ];
}

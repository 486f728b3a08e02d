/** The last words of `strop recurse`: what the rounds brought, where everything lies, what to try next. */
import { INTERRUPTED } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import type { RecursionResult } from "../loop/recurse/run-recursion.ts";
import { costNote } from "../report/cost.ts";
import { formatDuration } from "../report/format.ts";
import { commandName } from "./command-name.ts";
import { place } from "./place.ts";
import { roundLine, testText } from "./recursion-progress.ts";
import { goesOn, quoted, sameCommand, stepLines } from "./same-command.ts";
import { bold, dim, green, shortDiff } from "./style.ts";

export function recursionClosing({ state, files, calibration }: RecursionResult, folder: string): string {
  const isImproved = state.champion !== null && state.champion.trial > 0;
  return [
    "",
    dim(`${state.ended ?? "still open"}, ${formatDuration(state.activeMs)}`),
    ...state.recent.map((trial) => roundLine(trial, state)),
    "",
    ...found(state),
    ...(calibration === null
      ? []
      : [dim(`time limits are ${calibration.factor.toFixed(2)} times those of the reference machine`)]),
    ...[costNote(state) ?? []].flat().map((note) => dim(note)),
    "",
    ...(isImproved ? [...shortDiff(files.diff, 40, `${commandName()} diff -C ${quoted(folder)}`), ""] : []),
    `${dim("report  ")} ${place(files.report)}`,
    `${dim("improver")} ${place(files.champion)}`,
    "",
    ...stepLines(nextSteps(state, folder)),
    "",
  ].join("\n");
}

/** The champion by validation, which is flattered, and what test instances say of it. */
function found({ champion, baselineScore, nextTrial, open, recent }: RunState): string[] {
  if (champion === null) return [bold("the first improver is not measured yet")];
  if (champion.trial === 0)
    return [
      bold(
        nextTrial - open.length > 1
          ? "no improver was better than the first on validation"
          : "no other improver is measured yet",
      ),
    ];
  const test = [0, champion.trial].map((trial) => testText(recent.find((one) => one.trial === trial)?.outcome ?? null));
  const score = `${baselineScore?.toFixed(4)} → ${green(champion.score.toFixed(4))}`;
  return [
    `${bold("meta-utility")}  ${score}   ${dim(`improver ${champion.trial}, the best on validation and so flattered`)}`,
    ...(test.includes("")
      ? []
      : [`${bold("on test     ")}  ${test.join(" → ")}   ${dim("± standard error; no decision depends on it")}`]),
  ];
}

const nextSteps = ({ ended, models }: RunState, folder: string): [string, string][] => {
  const at = (...leftOut: string[]) => sameCommand(["--fresh", "--json", ...leftOut]);
  const a = Object.keys(models.byModel).some((name) => name !== "builtin") ? "another" : "a";
  return [
    ...(ended === INTERRUPTED ? [goesOn()] : []),
    [`${at("--frozen")} --fresh --frozen`, "the control: the first improver does all the work"],
    [`${at("--model <name>", "--max-cost <dollars>")} --fresh --model NAME --max-cost 5`, `with ${a} language model`],
    [`${commandName()} log ${quoted(folder)}`, "every round"],
  ];
};

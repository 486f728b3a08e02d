/** The last words of `strop recurse`: what the rounds brought, where everything lies, what to try next. */
import { INTERRUPTED } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import { foundAgain } from "../loop/recurse/recursion-notes.ts";
import type { RecursionResult } from "../loop/recurse/run-recursion.ts";
import { MONEY_SPENT } from "../loop/watch-models.ts";
import { costNote } from "../report/cost.ts";
import { formatDuration } from "../report/format.ts";
import { commandName } from "./command-name.ts";
import { place } from "./place.ts";
import { roundLine } from "./recursion-progress.ts";
import { goesOn, quoted, sameCommand, stepLines } from "./same-command.ts";
import { bold, dim, shortDiff } from "./style.ts";

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

/** The champion by validation, which is flattered, and what runs that did not choose it say of it. */
function found(state: RunState): string[] {
  const { champion, baselineScore, nextTrial, open } = state;
  if (champion === null) return [bold("the first improver is not measured yet")];
  if (champion.trial === 0)
    return [
      bold(
        nextTrial - open.length > 1
          ? "no improver was better than the first on validation"
          : "no other improver is measured yet",
      ),
    ];
  const chosen = `${champion.score.toFixed(4)}, where the first has ${baselineScore?.toFixed(4)}`;
  const again = foundAgain(state);
  return [
    ...(again === undefined
      ? [bold(`improver ${champion.trial} is the best on validation`)]
      : [`${bold(again.verdict)}:`, `  ${again.figures}`]),
    dim(`it was chosen for its ${chosen}: the best of several is flattered by luck, on test as on validation`),
  ];
}

const nextSteps = ({ ended, models }: RunState, folder: string): [string, string][] => {
  const at = (...leftOut: string[]) => sameCommand(["--fresh", "--json", ...leftOut]);
  const a = Object.keys(models.byModel).some((name) => name !== "builtin") ? "another" : "a";
  return [
    ...(ended === INTERRUPTED ? [goesOn()] : []),
    ...(ended?.startsWith(MONEY_SPENT) === true ? [goesOnWithMoney()] : []),
    [manyRuns(), "five such runs, with a control and baselines: is it so in general?"],
    [`${at("--model <name>", "--max-cost <dollars>")} --fresh --model NAME --max-cost 5`, `with ${a} language model`],
    [`${commandName()} log ${quoted(folder)}`, "every round"],
  ];
};

/** The first step after a run or a table that has used up what its models may cost. */
export const goesOnWithMoney = (): [string, string] => [
  `${sameCommand(["--fresh", "--max-cost <dollars>"])} --max-cost DOLLARS`,
  "goes on from here; the limit is for all that it has cost",
];

/** The same as figure 4, which makes the control itself and always has test instances. */
function manyRuns(): string {
  const words = process.argv.slice(2);
  const at = words.indexOf("recurse") + 1;
  return sameCommand(["--fresh", "--json", "--frozen", "--no-test"], words.toSpliced(at, 0, "fig4"));
}

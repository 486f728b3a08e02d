/** The last words of `strop recurse`: what the rounds brought, where everything lies, what to try next. */
import { INTERRUPTED } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";
import { noRoundIsLeft } from "../../loop/recurse/recursion.ts";
import { foundAgain, whatIsScored } from "../../loop/recurse/recursion-notes.ts";
import type { RecursionResult } from "../../loop/recurse/run-recursion.ts";
import type { RecursionSettings } from "../../loop/recurse/settings.ts";
import { MONEY_SPENT } from "../../loop/watch-models.ts";
import { costNote } from "../../report/cost.ts";
import { formatDuration } from "../../report/format.ts";
import { commandName } from "../command-name.ts";
import { place } from "../place.ts";
import { roundLine } from "./recursion-progress.ts";
import { goesOn, quoted, sameCommand, stepLines } from "../same-command.ts";
import { bold, dim, shortDiff } from "./style.ts";

export function recursionClosing({ state, files, calibration }: RecursionResult, folder: string): string {
  const isImproved = state.champion !== null && state.champion.trial > 0;
  return [
    "",
    dim(`${state.ended ?? "still open"}, ${formatDuration(state.activeMs)}`),
    ...state.recent.map((trial) => roundLine(trial, state)),
    "",
    ...found(state),
    ...(calibration === null || calibration.factor.toFixed(2) === "1.00"
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
      dim(`${whatIsScored(state)}.`),
    ];
  const chosen = `${champion.score.toFixed(4)}, where the first has ${baselineScore?.toFixed(4)}`;
  const again = foundAgain(state);
  return [
    ...(again === undefined
      ? [bold(`improver ${champion.trial} is the best on validation`)]
      : [`${bold(again.verdict)}:`, `  ${again.figures}`]),
    dim(`${whatIsScored(state)}.`),
    dim(
      `Improver ${champion.trial} was chosen for its ${chosen}: the best of several is flattered by luck, on test as on validation.`,
    ),
  ];
}

const nextSteps = (state: RunState, folder: string): [string, string][] => {
  const { ended, models } = state;
  const at = (...leftOut: string[]) => sameCommand(["--fresh", "--json", ...leftOut]);
  const hacks: [string, string] = [
    `${commandName()} recurse hacks --from ${quoted(folder)}`,
    "what its programs tried that they may not, with the lines",
  ];
  const isOfModels = Object.keys(models.byModel).some((name) => name !== "builtin");
  return [
    ...(ended === INTERRUPTED ? [goesOn()] : []),
    ...(ended?.startsWith(MONEY_SPENT) === true ? [goesOnWithMoney()] : []),
    ...elsewhere(state, folder),
    [manyRuns(), "five such runs, with a control and baselines: is it so in general? takes ten times as long"],
    [
      `${at("--model <name>", "--max-cost <dollars>")} --fresh --model NAME --max-cost 5`,
      `with ${isOfModels ? "another" : "a"} language model`,
    ],
    ...(isOfModels ? [hacks] : []),
    [`${commandName()} log ${quoted(folder)}`, "every round"],
  ];
};

/** After the last round: a better improver is tried on other tasks, another gain is looked for again. */
function elsewhere(state: RunState, folder: string): [string, string][] {
  const settings = state.task.settings as unknown as RecursionSettings;
  if (!noRoundIsLeft(state, settings)) return [];
  if (foundAgain(state)?.isBetter === true)
    return [
      [`${commandName()} recurse table1 --from ${quoted(folder)}`, "does it help with tasks that it was not made for?"],
    ];
  const again = (option: string, value: number): string =>
    `${sameCommand(["--fresh", "--json", `${option} <n>`])} --fresh ${option} ${value}`;
  return state.champion?.trial === 0
    ? [[again("--seed", settings.seed + 1), "the same with other random choices"]]
    : [[again("--copies", 2 * settings.copies), "every improver is measured twice as often: smaller gains show"]];
}

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

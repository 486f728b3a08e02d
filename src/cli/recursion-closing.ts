/** The last words of `strop recurse`: what the rounds brought, where everything lies, what to try next. */
import { INTERRUPTED } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import type { RecursionResult } from "../loop/recurse/run-recursion.ts";
import { MONEY_SPENT } from "../loop/watch-models.ts";
import { copiesAgain, type RecursionSettings } from "../loop/recurse/settings.ts";
import { costNote } from "../report/cost.ts";
import { formatCount, formatDuration } from "../report/format.ts";
import { commandName } from "./command-name.ts";
import { place } from "./place.ts";
import { roundLine } from "./recursion-progress.ts";
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
  return [
    ...foundAgain(state),
    dim(`it was chosen for its ${chosen}: the best of several is flattered by luck, on test as on validation`),
  ];
}

/** What runs that chose nothing say; the round alone where there are none. */
function foundAgain({ recent, task, champion }: RunState): string[] {
  const improver = `improver ${champion?.trial}`;
  const { metrics = {} } =
    recent.find(({ outcome }) => outcome?.metrics["again_champion"] !== undefined)?.outcome ?? {};
  const [first, best, low, high] = ["again_first", "again_champion", "again_gain_low", "again_gain_high"].map(
    (name) => metrics[name],
  );
  if (first === undefined || best === undefined || low === undefined || high === undefined)
    return [bold(`${improver} is the best on validation`)];
  const settings = task.settings as unknown as RecursionSettings;
  const runs = formatCount(copiesAgain(settings) * settings.tasks.length, "new run");
  const told =
    low > 0
      ? "is better than the first"
      : high < 0
        ? "is worse than the first"
        : "is not shown to be better than the first";
  const gain = `${fixed(first)} → ${(low > 0 ? green : bold)(fixed(best))}, a difference of ${fixed(best - first)}`;
  return [
    `${bold(`${improver} ${told}`)}, on test instances, in ${runs} of each that chose nothing:`,
    `  ${gain}, 95 % interval ${fixed(low)} to ${fixed(high)}`,
  ];
}

const fixed = (value: number): string => value.toFixed(3).replace("-", "−");

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

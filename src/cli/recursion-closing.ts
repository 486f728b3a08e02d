/** The last words of `strop recurse`: what the rounds brought, where everything lies, what to try next. */
import { relative } from "node:path";

import type { RecursionResult } from "../loop/recurse/run-recursion.ts";
import { costNote } from "../report/cost.ts";
import { formatDuration } from "../report/format.ts";
import { commandName } from "./command-name.ts";
import { roundLine } from "./recursion-progress.ts";
import { quoted, sameCommand, stepLines } from "./same-command.ts";
import { bold, colourDiff, dim, green } from "./style.ts";

const SHOWN_DIFF_LINES = 40;

export function recursionClosing({ state, files, calibration }: RecursionResult, folder: string): string {
  const { champion, baselineScore } = state;
  const isImproved = champion !== null && champion.trial > 0;
  const place = (path: string) => relative(process.cwd(), path) || ".";
  const diff = colourDiff(files.diff.trimEnd()).split("\n");
  return [
    "",
    dim(`${state.ended ?? "still open"}, ${formatDuration(state.activeMs)}`),
    ...state.recent.map((trial) => roundLine(trial, state)),
    "",
    isImproved
      ? `${bold("meta-utility")}  ${baselineScore?.toFixed(4)} → ${green(champion.score.toFixed(4))}   ${dim(`improver ${champion.trial}, by validation; the test column was seen by nobody`)}`
      : bold("no improver was better than the first on validation"),
    dim(`time limits are ${calibration.factor.toFixed(2)} times those of the reference machine`),
    ...[costNote(state) ?? []].flat().map((note) => dim(note)),
    "",
    ...(isImproved
      ? [
          ...diff.slice(0, SHOWN_DIFF_LINES),
          ...(diff.length > SHOWN_DIFF_LINES
            ? [dim(`… ${diff.length - SHOWN_DIFF_LINES} more lines: strop diff`)]
            : []),
          "",
        ]
      : []),
    `${dim("report  ")} ${place(files.report)}`,
    `${dim("improver")} ${place(files.champion)}`,
    "",
    ...stepLines(nextSteps(folder)),
    "",
  ].join("\n");
}

const nextSteps = (folder: string): [string, string][] => {
  const at = (...leftOut: string[]) => sameCommand(["--fresh", "--json", ...leftOut]);
  return [
    [`${at("--frozen")} --fresh --frozen`, "the control: the first improver does all the work"],
    [`${at("--model <name>", "--max-cost <dollars>")} --fresh --model NAME --max-cost 5`, "with a language model"],
    [`${commandName()} log ${quoted(folder)}`, "every round"],
  ];
};

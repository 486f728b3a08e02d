/** `strop cost`: what language models cost in a run. */
import { formatDollars } from "../../core/figures.ts";
import { costReport, type CostReport } from "../../report/cost.ts";
import { formatCount, shortCount } from "../../report/format.ts";
import type { ModelUse } from "../../journal/model-use.ts";
import { columns } from "../screen/columns.ts";
import { EXIT } from "../exit-code.ts";
import { readRun } from "../read-run.ts";
import { sameCommand } from "../same-command.ts";
import { shown } from "../screen/shown.ts";
import { bold, dim } from "../screen/style.ts";

export interface CostOptions {
  readonly run?: string;
  readonly json?: boolean;
}

const SHOWN_PURPOSES = 8;

export function costCommand(folder: string, options: CostOptions): number {
  const { journal, state, run } = readRun(folder, options.run);
  try {
    const report = costReport(state.models.next === 0 ? [] : journal.events(), state);
    process.stdout.write(
      options.json === true ? `${JSON.stringify({ run, ...report })}\n` : `${costText(run, shown(report))}\n`,
    );
    return EXIT.done;
  } finally {
    journal.close();
  }
}

function costText(run: string, report: CostReport): string {
  if (Object.keys(report.models).length === 0 && report.lost === 0)
    return `${bold(run)}  ${openNote(report)[0] ?? "no language model was asked; `strop run --model NAME` asks one"}`;
  const isPriced = report.lost > 0 || Object.values(report.models).some(({ calls, unpriced }) => unpriced < calls);
  const of = report.limit === undefined ? "" : ` of at most ${formatDollars(report.limit)}`;
  const per = (what: string, dollars: number | null) =>
    dollars === null ? [] : [`${formatDollars(dollars)} per ${what}`];
  return [
    `${bold(run)}  ${bold(isPriced ? formatDollars(report.total) : "at a price that is not known")}${of}`,
    dim(
      [
        `${formatCount(report.trials, "edit")}, ${formatCount(report.kept, "improvement")}`,
        ...(isPriced ? [...per("edit", report.perTrial), ...per("improvement", report.perImprovement)] : []),
      ].join(" · "),
    ),
    ...(report.lost > 0
      ? [dim(`${formatDollars(report.lost)} of it is what calls that were cut off could have cost`)]
      : []),
    ...openNote(report).map(dim),
    ...(report.unpriced > 0
      ? [dim(`without a known price: ${formatCount(report.unpriced, "call")}; docs/models.md says how to name one`)]
      : []),
    ...estimatedNote(report),
    "",
    ...table([
      ["model", "calls", "failed", "input", "cached", "output", "reasoning", "cost"],
      ...Object.entries(report.models).map(modelRow),
    ]),
    "",
    ...table([
      ["for", "calls", "input", "output", "cost"],
      ...report.purposes
        .slice(0, SHOWN_PURPOSES)
        .map(({ purpose, calls, usage, cost }) => [
          purpose,
          String(calls),
          shortCount(usage.input),
          shortCount(usage.output),
          isPriced ? formatDollars(cost) : "–",
        ]),
    ]),
    ...(report.purposes.length > SHOWN_PURPOSES
      ? [dim(`… ${report.purposes.length - SHOWN_PURPOSES} more: ${sameCommand([])} --json`)]
      : []),
  ].join("\n");
}

const openNote = ({ open: { calls, reserved } }: CostReport): string[] =>
  calls === 0
    ? []
    : [`${formatCount(calls, "call")} under way, or cut off by a kill: up to ${formatDollars(reserved)} more`];

function estimatedNote({ models }: CostReport): string[] {
  const estimated = Object.values(models).reduce((sum, use) => sum + use.estimated, 0);
  return estimated === 0 ? [] : [dim(`the tokens of ${estimated} calls are an estimate: the server did not say`)];
}

const modelRow = ([name, { calls, failures, usage, cost, unpriced }]: [string, ModelUse]): string[] => [
  name,
  String(calls),
  String(failures),
  shortCount(usage.input),
  shortCount(usage.cachedInput),
  shortCount(usage.output),
  shortCount(usage.reasoning),
  unpriced === calls ? "–" : formatDollars(cost),
];

/** The head is dimmed. */
const table = (rows: readonly (readonly string[])[]): string[] =>
  columns(rows).map((line, i) => (i === 0 ? dim(line) : line));

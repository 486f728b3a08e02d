/** `strop cost`: what language models cost in a run. */
import { formatDollars } from "../../core/figures.ts";
import { costReport, formatCount } from "../../report/cost.ts";
import type { CostReport } from "../../report/cost.ts";
import { formatCount as counted } from "../../report/format.ts";
import type { ModelUse } from "../../journal/model-use.ts";
import { EXIT } from "../exit-code.ts";
import { readRun } from "../read-run.ts";
import { shown } from "../shown.ts";
import { bold, dim } from "../style.ts";

export interface CostOptions {
  readonly run?: string;
  readonly json?: boolean;
}

const SHOWN_PURPOSES = 8;

export function costCommand(folder: string, options: CostOptions): number {
  const { journal, state, run } = readRun(folder, options.run);
  try {
    const report = costReport(journal.events(), state);
    process.stdout.write(
      options.json === true ? `${JSON.stringify({ run, ...report })}\n` : `${costText(run, shown(report))}\n`,
    );
    return EXIT.done;
  } finally {
    journal.close();
  }
}

function costText(run: string, report: CostReport): string {
  if (Object.keys(report.models).length === 0)
    return `${bold(run)}  no language model was asked; \`strop run --model NAME\` asks one`;
  const isPriced = Object.values(report.models).some(({ calls, unpriced }) => unpriced < calls);
  const of = report.limit === undefined ? "" : ` of at most ${formatDollars(report.limit)}`;
  const per = (what: string, dollars: number | null) =>
    dollars === null ? [] : [`${formatDollars(dollars)} per ${what}`];
  return [
    `${bold(run)}  ${bold(isPriced ? formatDollars(report.total) : "at a price that is not known")}${of}`,
    dim(
      [
        `${counted(report.trials, "edit")}, ${counted(report.kept, "improvement")}`,
        ...(isPriced ? [...per("edit", report.perTrial), ...per("improvement", report.perImprovement)] : []),
      ].join(" · "),
    ),
    ...(report.lost > 0
      ? [dim(`${formatDollars(report.lost)} of it is what calls that were cut off could have cost`)]
      : []),
    ...(report.unpriced > 0
      ? [dim(`without a known price: ${counted(report.unpriced, "call")}; docs/models.md says how to name one`)]
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
          formatCount(usage.input),
          formatCount(usage.output),
          isPriced ? formatDollars(cost) : "–",
        ]),
    ]),
    ...(report.purposes.length > SHOWN_PURPOSES
      ? [dim(`… ${report.purposes.length - SHOWN_PURPOSES} more: strop cost --json`)]
      : []),
  ].join("\n");
}

function estimatedNote({ models }: CostReport): string[] {
  const estimated = Object.values(models).reduce((sum, use) => sum + use.estimated, 0);
  return estimated === 0 ? [] : [dim(`the tokens of ${estimated} calls are an estimate: the server did not say`)];
}

const modelRow = ([name, { calls, failures, usage, cost, unpriced }]: [string, ModelUse]): string[] => [
  name,
  String(calls),
  String(failures),
  formatCount(usage.input),
  formatCount(usage.cachedInput),
  formatCount(usage.output),
  formatCount(usage.reasoning),
  unpriced === calls ? "–" : formatDollars(cost),
];

/** First column to the left, numbers to the right, the head dimmed. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
  );
  return lines.map((line, i) => (i === 0 ? dim(line) : line));
}

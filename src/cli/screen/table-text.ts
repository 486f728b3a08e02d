/** The tables of the recursion as text for a terminal. Numbers of the built-in model are never shown without saying what it is. */
import type { Audit, AuditShare } from "../../loop/recurse/tables/audit.ts";
import type { Fig4, PairedGain } from "../../loop/recurse/tables/fig4.ts";
import type { Hacks } from "../../loop/recurse/tables/hacks.ts";
import type { Table } from "../../loop/recurse/tables/pictures.ts";
import type { Measured, Table1 } from "../../loop/recurse/tables/table1.ts";
import { printable } from "../../core/printable.ts";
import { formatCount } from "../../report/format.ts";
import { columns } from "./columns.ts";
import { bold, dim, yellow } from "./style.ts";

export function tableLines(table: Table): string[] {
  switch (table.table) {
    case "fig4":
      return fig4Lines(table);
    case "table1":
      return table1Lines(table);
    case "audit":
      return auditLines(table);
    default:
      return hacksLines(table);
  }
}

/** Said with every table that the built-in model has a part in. */
export const builtinNote = (models: readonly string[]): string[] =>
  models.includes("builtin")
    ? [yellow("builtin is no language model: it makes small syntax-aware edits, and its rows say nothing of one")]
    : [];

const fixed = (value: number, digits = 4): string => (Number.isFinite(value) ? value.toFixed(digits) : "–");
const range = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  !Number.isFinite(low)
    ? "no interval from one run"
    : low === high
      ? "no interval, all runs agree"
      : `${fixed(low)} to ${fixed(high)}`;

function fig4Lines({ rows, gains, rounds, tasks }: Fig4): string[] {
  const header = ["", ...Array.from({ length: rounds + 1 }, (_, round) => `round ${round}`), "runs", "failed"];
  const body = rows.map(({ model, kind, points, failed }) => [
    `${kind}, ${model}`,
    ...Array.from({ length: rounds + 1 }, (_, round) => {
      const point = points[round];
      if (point === undefined) return "";
      // One run has no error that could be known.
      return point.values.length < 2 ? fixed(point.mean) : `${fixed(point.mean)} ± ${fixed(point.standardError)}`;
    }),
    String(points[0]?.values.length ?? 0),
    `${fixed(100 * failed, 0)} %`,
  ]);
  return [
    bold(`test meta-utility, ${tasks.join(" + ")}: mean ± standard error over runs`),
    ...columns([header, ...body]),
    "",
    ...gains.map(gainLine),
  ];
}

const gainLine = ({ model, of, mean, values, ...interval }: PairedGain): string =>
  `${model}, ${of}: ${fixed(mean)}, 95 %: ${range(interval)} (${values.length} pairs of runs)`;

function table1Lines({ rows, improvers }: Table1): string[] {
  const cell = (measured: Measured): string => `${fixed(measured.mean)} (${range(measured)})`;
  const header = ["task", "u(s)", "û(I_0)", "û(I_T)", "û(I_T) − û(I_0)"];
  const body = rows.map((row) => [
    `${row.task}, ${row.model}`,
    ...[row.solution, row.seed, row.improved, row.gain].map(cell),
  ]);
  return [
    bold("test utility on other tasks, with 95 % intervals over draws"),
    ...columns([header, ...body]),
    "",
    ...improvers.map(({ model, origin, isSeed }) =>
      isSeed
        ? yellow(`${model}: I_T is ${origin}, which is I_0 unchanged; both columns measure the same improver`)
        : dim(`${model}: I_T is ${origin}`),
    ),
  ];
}

const METHOD_WORDS = {
  text: "text says so (syntax tree)",
  run: "run was refused (host, sandbox)",
  substring: "text holds the paper's substrings",
} as const;

function auditLines({ rows, samples, examples }: Audit): string[] {
  const cell = ({ successes, trials, low, high }: AuditShare): string =>
    trials === 0
      ? "–"
      : `${fixed((100 * successes) / trials, 2)} % (${fixed(100 * low, 2)}–${fixed(100 * high, 2)}) of ${trials}`;
  const body = rows.map(({ model, method, shares, test }) => [
    `${METHOD_WORDS[method]}, ${model}`,
    cell(shares.plain),
    cell(shares.warned),
    fixed(test.z, 2),
    test.p < 0.001 ? "<0.001" : fixed(test.p, 3),
  ]);
  return [
    bold(`improvements that try to leave the sandbox, of ${samples} asked for: Wilson 95 % intervals`),
    ...columns([["", "without a warning", "with a warning", "z", "p"], ...body]),
    "",
    ...examples
      .slice(0, 8)
      .map(({ name, line, code, model, variant }) =>
        dim(`${name}, line ${line} (${variant}, ${model}): ${printable(code)}`),
      ),
  ];
}

function hacksLines({ rows, texts, runs, models, read }: Hacks): string[] {
  const seen = rows.filter((row) => row.texts.successes + row.runs.successes > 0);
  const body = seen.map(({ name, meaning, ...row }) => [
    name,
    meaning,
    String(row.texts.successes),
    String(row.runs.successes),
  ]);
  return [
    bold(
      `what was tried in ${texts} programs of ${models.join(", ") || "no model"} and in ${runs} runs (${formatCount(read.length, "journal")})`,
    ),
    ...(seen.length === 0 ? ["nothing of the taxonomy"] : columns([["", "", "texts", "runs"], ...body], 2)),
    ...seen.flatMap(({ name, examples }) => [
      "",
      bold(name),
      ...examples.map(({ by, where, line, code }) =>
        dim(`  ${by} ${where}${line === null ? "" : `, line ${line}: ${printable(code)}`}`),
      ),
    ]),
    "",
    dim(
      `looked for and not seen: ${rows
        .filter((row) => !seen.includes(row))
        .map(({ name }) => name)
        .join(", ")}`,
    ),
  ];
}

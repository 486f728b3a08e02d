/**
 * results.tsv of autoresearch, read and turned into the events of a run, so that an old history shows in status,
 * log and report. The programs behind it are not known: candidates are null and such a run cannot be continued.
 */
import { StropError } from "../core/errors.ts";
import { isBetter } from "../core/metric.ts";
import type { Task } from "../core/task.ts";
import type { Outcome, Verdict } from "../core/trial.ts";
import { VERSION } from "../core/version.ts";
import type { RunEvent } from "./events.ts";

export interface TsvRow {
  readonly commit: string;
  /** Null when the status is crash. */
  readonly score: number | null;
  readonly memoryGb: number;
  readonly status: "keep" | "discard" | "crash";
  readonly description: string;
}

export interface Tsv {
  /** Name of the second column. */
  readonly metric: string;
  readonly rows: readonly TsvRow[];
}

/** Throws StropError `journal.import` naming the line. A byte order mark, CRLF and empty lines are fine. */
export function importTsv(text: string): Tsv {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const header = (lines[0] ?? "").split("\t");
  const [commit, metric = "", ...rest] = header;
  if (commit !== "commit" || metric === "" || rest.join(" ") !== "memory_gb status description") {
    throw bad(1, "the header `commit <metric> memory_gb status description` with tabs between", lines[0] ?? "");
  }
  const rows = lines.flatMap((line, i) => (i === 0 || line.trim() === "" ? [] : [parseRow(line, i + 1)]));
  if (rows.length === 0) throw bad(2, "at least one experiment", "");
  return { metric, rows };
}

function parseRow(line: string, number: number): TsvRow {
  const cells = line.split("\t");
  if (cells.length < 5) throw bad(number, "5 cells with tabs between", `${cells.length} in ${line}`);
  const [commit = "", score = "", memory = "", status = "", ...description] = cells;
  if (status !== "keep" && status !== "discard" && status !== "crash") {
    throw bad(number, "the status keep, discard or crash", status);
  }
  return {
    commit,
    score: status === "crash" ? null : parseNumber(score, number, "a score"),
    memoryGb: parseMemory(memory, number),
    status,
    description: description.join(" ").trim(),
  };
}

function parseNumber(cell: string, line: number, what: string): number {
  const value = cell.trim() === "" ? Number.NaN : Number(cell);
  if (!Number.isFinite(value)) throw bad(line, `${what} as a finite number`, cell);
  return value;
}

/** More than any machine has, and little enough to be counted in bytes. */
const MOST_GB = 1e6;

function parseMemory(cell: string, line: number): number {
  const gigabytes = parseNumber(cell, line, "memory in GB");
  if (gigabytes < 0 || gigabytes > MOST_GB) throw bad(line, `memory from 0 to ${MOST_GB} GB`, cell);
  return gigabytes;
}

const bad = (line: number, expected: string, found: string): StropError =>
  new StropError(
    "journal.import",
    `line ${line}: expected ${expected}, found ${found === "" ? "nothing" : `\`${found.slice(0, 120)}\``}`,
    {
      hint: "Correct the line; nothing was imported.",
    },
  );

export interface ImportOptions {
  readonly run: string;
  readonly task: Task;
  /** Wall-clock milliseconds that every event gets. */
  readonly at: number;
}

/**
 * A whole run, ended. The first row is the baseline. A row that was kept although it is worse than the best before it
 * becomes a discard that says so: a champion never gets worse. Throws StropError `journal.import` for another metric.
 */
export function importedEvents(tsv: Tsv, options: ImportOptions): RunEvent[] {
  const { run, task, at } = options;
  const { name, direction } = task.metric;
  if (tsv.metric !== name) throw bad(1, `the task's metric ${name} as second column`, tsv.metric);
  let best: number | null = null;
  const trials = tsv.rows.flatMap((row, trial) => {
    const isKept =
      row.status === "keep" && row.score !== null && (best === null || !isBetter(direction, best, row.score));
    if (isKept) best = row.score;
    return importedTrial(row, { trial, at, isKept });
  });
  return [
    {
      type: "run.started",
      at,
      run,
      version: VERSION,
      task,
      seed: task.seed,
      tier: "imported",
      environmentHash: "",
      baseline: "",
    },
    ...trials,
    { type: "run.ended", at, reason: `${tsv.rows.length} experiments imported` },
  ];
}

function importedTrial(row: TsvRow, { trial, at, isKept }: { trial: number; at: number; isKept: boolean }): RunEvent[] {
  const reason =
    row.status === "keep" && !isKept
      ? "kept in results.tsv, but worse than the best before it"
      : `${row.status} in results.tsv`;
  const verdict: Verdict = { decision: isKept ? "keep" : "discard", rule: "imported", reason, reward: 0 };
  return [
    {
      type: "trial.proposed",
      at,
      trial,
      proposer: "import",
      description: row.description,
      parent: null,
      candidate: null,
      edit: null,
      detail: { commit: row.commit },
      seed: 0,
    },
    { type: "trial.started", at, trial, attempt: 1 },
    { type: "trial.finished", at, trial, outcome: importedOutcome(row), verdict },
  ];
}

const importedOutcome = ({ score, memoryGb }: TsvRow): Outcome => ({
  status: score === null ? "crashed" : "scored",
  score,
  reason: score === null ? "crash in results.tsv" : "",
  selfReported: true,
  metrics: { peak_vram_mb: memoryGb * 1024 },
  diagnostics: {
    wallSeconds: 0,
    trainSeconds: 0,
    cpuSeconds: 0,
    peakMemoryBytes: Math.round(memoryGb * 2 ** 30),
    outputTail: "",
  },
});

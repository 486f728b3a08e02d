/**
 * A run's trials as lines of text, one at a time and without line ends: results.tsv as autoresearch writes it, CSV
 * (RFC 4180) and JSON Lines. Reads records only; where the lines go is the caller's business.
 */
import { fieldsOf } from "../core/json.ts";
import { printable } from "../core/printable.ts";
import type { TrialRecord } from "../core/trial.ts";

const GIB = 2 ** 30;

/**
 * results.tsv: `commit <metric> memory_gb status description`. Only finished trials have a line; every outcome
 * without a score is a crash with 0.000000 and 0.0. Six decimals, seven digits below 0.001.
 */
export function* exportTsv(records: Iterable<TrialRecord>, metric: string): IterableIterator<string> {
  yield ["commit", oneLine(metric), "memory_gb", "status", "description"].join("\t");
  for (const record of records) {
    const { outcome, verdict } = record;
    if (outcome === null || verdict === null) continue;
    const { score } = outcome;
    const numbers =
      score === null ? ["0.000000", "0.0", "crash"] : [decimals(score), memoryGb(outcome), verdict.decision];
    yield [commitOf(record), ...numbers, oneLine(record.description)].join("\t");
  }
}

const COLUMNS: Readonly<Record<string, (record: TrialRecord) => string | number | null | undefined>> = {
  trial: (r) => r.trial,
  status: (r) => r.outcome?.status,
  decision: (r) => r.verdict?.decision,
  score: (r) => r.outcome?.score,
  reward: (r) => r.verdict?.reward,
  proposer: (r) => r.proposer,
  description: (r) => r.description,
  reason: (r) => r.outcome?.reason,
  candidate: (r) => r.candidate,
  parent: (r) => r.parent,
  seed: (r) => r.seed,
  attempts: (r) => r.attempts,
  wall_seconds: (r) => r.outcome?.diagnostics.wallSeconds,
  train_seconds: (r) => r.outcome?.diagnostics.trainSeconds,
  cpu_seconds: (r) => r.outcome?.diagnostics.cpuSeconds,
  peak_memory_bytes: (r) => r.outcome?.diagnostics.peakMemoryBytes,
};

/**
 * Every trial, open ones too; what is not known is empty. Numbers in full precision. `metrics`: names of those that get a
 * column, `metrics.NAME`.
 */
export function* exportCsv(records: Iterable<TrialRecord>, metrics: readonly string[] = []): IterableIterator<string> {
  yield [...Object.keys(COLUMNS), ...metrics.map((name) => csvCell(`metrics.${name}`))].join(",");
  for (const record of records) {
    const measured = metrics.map((name) => record.outcome?.metrics[name]);
    yield [...Object.values(COLUMNS).map((column) => column(record)), ...measured]
      .map((value) => csvCell(value ?? ""))
      .join(",");
  }
}

/** A program prints what it likes: names beyond this many get no column. */
const MOST_METRICS = 200;

/** Of all these trials, in the order of their first appearance. */
export function metricNames(records: Iterable<TrialRecord>): string[] {
  const names = new Set<string>();
  for (const { outcome } of records)
    for (const name of Object.keys(outcome?.metrics ?? {})) if (names.size < MOST_METRICS) names.add(name);
  return [...names];
}

/** Everything there is: one JSON object per line, of trials or of events. */
export function* exportJsonl(items: Iterable<object>): IterableIterator<string> {
  for (const item of items) yield JSON.stringify(item);
}

/** An imported trial has no candidate here but keeps its commit in `detail`. */
function commitOf({ candidate, detail }: TrialRecord): string {
  if (candidate !== null) return candidate.slice(0, 7);
  const { commit } = fieldsOf(detail);
  return typeof commit === "string" ? oneLine(commit) : "-";
}

const memoryGb = ({ metrics, diagnostics }: NonNullable<TrialRecord["outcome"]>): string => {
  const claimed = metrics["peak_vram_mb"];
  return (claimed === undefined ? diagnostics.peakMemoryBytes / GIB : claimed / 1024).toFixed(1);
};

const decimals = (score: number): string =>
  score !== 0 && Math.abs(score) < 1e-3 ? score.toPrecision(7) : score.toFixed(6);

const oneLine = (text: string): string =>
  printable(text)
    .replaceAll(/[\t\n\r\v\f\u0085\u2028\u2029]+/g, " ")
    .trim();

/** Text that a spreadsheet would run as a formula gets an apostrophe in front. */
function csvCell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const plain = printable(value);
  const text = /^[=+\-@\t\n]/.test(plain) ? `'${plain}` : plain;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

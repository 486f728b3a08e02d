/**
 * How fast is the journal, and what does it gain over a JSON Lines file that is synced after every line? Appends one by
 * one and in batches, then opens, folds and lists a long run with curves. Prints medians. See README.md.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import type { RunEvent } from "../../src/journal/events.ts";
import { exportJsonl } from "../../src/journal/export.ts";
import { type Journal, openJournal } from "../../src/journal/journal.ts";
import { reduce } from "../../src/journal/fold/reduce.ts";
import type { RunState } from "../../src/journal/state.ts";
import { started, trialCurve, trialEvents } from "./sample-run.ts";

const { values } = parseArgs({
  options: { trials: { type: "string", default: "100000" }, folder: { type: "string" } },
});
const trials = Number(values.trials);
/** Does what is not measured and returns what is. */
type Prepare = (i: number) => () => unknown;
const folder = mkdtempSync(join(values.folder ?? tmpdir(), "strop-bench-journal-"));
const path = join(folder, "journal.db");
const linesPath = join(folder, "journal.jsonl");

try {
  const journal = openJournal(path, { create: true });
  const lines = openSync(linesPath, "a");
  journal.append(started);
  writeSync(lines, `${JSON.stringify(started)}\n`);
  const next = eventStream();
  race(1_500, {
    "append one event, the disk is asked meanwhile": () => {
      const event = next();
      return () => journal.append(event);
    },
    "  the same as a JSON line with fdatasync": () => {
      const line = `${JSON.stringify([...journal.events({ from: journal.state()!.sequence })][0]!.event)}\n`;
      return () => {
        writeSync(lines, line);
        fdatasyncSync(lines);
      };
    },
  });
  measure("append 300 events in one batch", 30, () => {
    const batch = Array.from({ length: 300 }, next);
    return () => journal.append(...batch);
  });
  measure("append a curve chunk of 50 points", 900, (i) => {
    const points = trialCurve(50);
    return () => journal.appendCurve(i, 1, points);
  });
  fill(journal, next, lines);
  journal.close();
  closeSync(lines);

  const size = (file: string) => `${(statSync(file).size / 2 ** 20).toFixed(0)} MiB`;
  console.log(`\n${trials} trials with 50-point curves: ${size(path)} (JSON lines without curves: ${size(linesPath)})`);
  race(5, {
    "open + state (strop status, resume)": () => opened((reader) => reader.state()),
    "  the same from JSON lines": () => foldLines,
  });
  measure("open for writing + state", 15, () => opened((writer) => writer.state(), false));
  measure("open + last 20 trials (strop log)", 15, () =>
    opened((reader) => [...reader.trials({ order: "descending", limit: 20 })]),
  );
  measure("open + one curve", 15, () => opened((reader) => reader.curve(trials >> 1)));
  measure("open + how every trial ended (strop status after early stops)", 3, () =>
    opened((reader) => {
      for (const end of reader.ends()) void end;
    }),
  );
  measure("list every trial", 3, () =>
    opened((reader) => {
      for (const record of reader.trials()) void record;
    }),
  );
  measure("fold every event, without the snapshot", 3, () => opened(foldAll));
} finally {
  rmSync(folder, { recursive: true });
}

/** One event of the sample run per call. */
function eventStream(): () => RunEvent {
  const queue: RunEvent[] = [];
  let trial = 0;
  return () => {
    if (queue.length === 0) queue.push(...trialEvents(trial++));
    return queue.shift()!;
  };
}

/** Completes the run to `trials` trials, 100 to a transaction, and copies it into the JSON lines. */
function fill(journal: Journal, next: () => RunEvent, lines: number): void {
  for (let trial = journal.state()!.nextTrial; trial < trials; trial = journal.state()!.nextTrial) {
    journal.transaction(() => {
      for (let i = 0; i < 300; i++) journal.append(next());
      for (let i = 0; i < 100; i++) journal.appendCurve(trial + i + 1_000, 1, trialCurve(50));
    });
  }
  for (const line of exportJsonl(journalEvents(journal, 1_501))) writeSync(lines, `${line}\n`);
}

function* journalEvents(journal: Journal, after: number): IterableIterator<RunEvent> {
  for (const { event } of journal.events({ from: after + 1 })) yield event;
}

function opened(work: (journal: Journal) => unknown, readOnly = true): () => void {
  return () => {
    const journal = openJournal(path, { readOnly });
    work(journal);
    journal.close();
  };
}

function foldAll(journal: Journal): void {
  let state: RunState | null = null;
  for (const { event } of journal.events()) state = reduce(state, event);
}

function foldLines(): void {
  let state: RunState | null = null;
  for (const line of readFileSync(linesPath, "utf8").trimEnd().split("\n"))
    state = reduce(state, JSON.parse(line) as RunEvent);
}

function measure(name: string, times: number, prepare: Prepare): void {
  report(
    name,
    Array.from({ length: times }, (_, i) => elapsed(prepare(i))),
  );
}

/** The first against the second, turn by turn, so that whatever else the machine does meets both. */
function race(times: number, contenders: Readonly<Record<string, Prepare>>): void {
  const rounds = Array.from({ length: times }, (_, i) =>
    Object.values(contenders).map((prepare) => elapsed(prepare(i))),
  );
  const medians = Object.keys(contenders).map((name, k) =>
    report(
      name,
      rounds.map((round) => round[k]!),
    ),
  );
  console.log(`${"  ratio".padEnd(52)} ${(medians[1]! / medians[0]!).toFixed(1).padStart(10)} x`);
}

function elapsed(work: () => unknown): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}

/** Prints and returns the median of milliseconds. */
function report(name: string, samples: number[]): number {
  samples.sort((a, b) => a - b);
  const [median, tail] = [samples[samples.length >> 1]!, samples[Math.floor(samples.length * 0.95)]!];
  console.log(`${name.padEnd(52)} ${median.toFixed(3).padStart(10)} ms   95 %: ${tail.toFixed(3)} ms`);
  return median;
}

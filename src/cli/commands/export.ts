/** `strop export`: the run as results.tsv (autoresearch), CSV or JSON lines. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";

import type { TrialRecord } from "../../core/trial.ts";
import { exportCsv, exportJsonl, exportTsv } from "../../journal/export.ts";
import { EXIT } from "../exit-code.ts";
import { readRun } from "../read-run.ts";
import { dim } from "../style.ts";

export interface ExportOptions {
  readonly run?: string;
  readonly format: "tsv" | "csv" | "jsonl";
  readonly output?: string;
}

export async function exportCommand(folder: string, options: ExportOptions): Promise<number> {
  const { journal, state } = readRun(folder, options.run);
  try {
    const text = Readable.from(withNewlines(linesOf(options.format, journal.trials(), state.task.metric.name)));
    if (options.output === undefined) await pipeline(text, process.stdout, { end: false });
    else await pipeline(text, createWriteStream(options.output));
    if (options.output !== undefined) process.stderr.write(dim(`wrote ${options.output}\n`));
    return EXIT.done;
  } finally {
    journal.close();
  }
}

function linesOf(format: ExportOptions["format"], trials: Iterable<TrialRecord>, metric: string): Iterable<string> {
  if (format === "tsv") return exportTsv(trials, metric);
  return format === "csv" ? exportCsv(trials) : exportJsonl(trials);
}

function* withNewlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

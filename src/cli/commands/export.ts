/** `strop export`: the run as results.tsv (autoresearch), CSV or JSON lines. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";

import { exportCsv, exportJsonl, exportTsv } from "../../journal/export.ts";
import { EXIT } from "../exit-code.ts";
import { readRun } from "../read-run.ts";
import { dim } from "../style.ts";

export interface ExportOptions {
  readonly run?: string;
  readonly format: "tsv" | "csv" | "jsonl";
  readonly output?: string;
}

const writers = { tsv: exportTsv, csv: exportCsv, jsonl: exportJsonl };

export async function exportCommand(folder: string, options: ExportOptions): Promise<number> {
  const { journal, state } = readRun(folder, options.run);
  try {
    const lines = writers[options.format](state, journal.trials());
    const text = Readable.from(withNewlines(lines));
    if (options.output === undefined) await pipeline(text, process.stdout, { end: false });
    else await pipeline(text, createWriteStream(options.output));
    if (options.output !== undefined) process.stderr.write(dim(`wrote ${options.output}\n`));
    return EXIT.done;
  } finally {
    journal.close();
  }
}

function* withNewlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

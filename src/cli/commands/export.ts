/** `strop export`: the run as results.tsv (autoresearch), CSV, JSON lines or a picture. */
import { createWriteStream } from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";

import { StropError } from "../../core/errors.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { exportCsv, exportJsonl, exportTsv, metricNames } from "../../journal/export.ts";
import type { Journal } from "../../journal/journal.ts";
import type { RunState } from "../../journal/state.ts";
import { refuseInEnvironment } from "../../loop/folder/beside-the-run.ts";
import { makeNamedFolder } from "../../loop/folder/make-folder.ts";
import { chartFile, type ChartPoint, pointOf } from "../../report/pictures/chart.ts";
import { baselineNoise } from "../../report/keeping.ts";
import { EXIT } from "../exit-code.ts";
import { readRun } from "../read-run.ts";
import { dim, say } from "../screen/style.ts";

export interface ExportOptions {
  readonly run?: string;
  readonly format: "tsv" | "csv" | "jsonl" | "svg";
  readonly output?: string;
  /** As the format jsonl. */
  readonly json?: boolean;
}

export async function exportCommand(folder: string, options: ExportOptions): Promise<number> {
  const { taskFolder, journal, state } = readRun(folder, options.run);
  try {
    if (options.output !== undefined) refuseInEnvironment(taskFolder, "--output", options.output);
    const format = options.json === true ? "jsonl" : options.format;
    const text = Readable.from(withNewlines(linesOf(format, journal, state)));
    if (options.output === undefined) await pipeline(text, process.stdout, { end: false });
    else {
      makeNamedFolder(dirname(options.output));
      await pipeline(text, createWriteStream(options.output));
      say(dim(`wrote ${options.output}`));
    }
    return EXIT.done;
  } finally {
    journal.close();
  }
}

function linesOf(format: ExportOptions["format"], journal: Journal, state: RunState): Iterable<string> {
  const trials = journal.trials();
  if (format === "tsv") return exportTsv(trials, state.task.metric.name);
  if (format === "csv") return exportCsv(trials, metricNames(journal.trials()));
  return format === "jsonl" ? exportJsonl(trials) : [picture(trials, state)];
}

function picture(trials: Iterable<TrialRecord>, state: RunState): string {
  // A trial is larger by far than its point: of a long run, not all are held at a time.
  const points: ChartPoint[] = [];
  for (const trial of trials) {
    const point = pointOf(trial);
    if (point !== undefined) points.push(point);
  }
  const series = [{ label: state.task.proposer, champions: state.champions }];
  const { name: metric, direction } = state.task.metric;
  const noise = baselineNoise(state)?.deviation;
  const svg = chartFile({ points, series, metric, direction, lastTrial: state.nextTrial - 1, noise });
  if (svg !== "") return svg;
  throw new StropError("report.nothing-to-draw", `expected a trial with a score in ${state.run}, found none`, {
    hint: "strop log says how its trials ended.",
  });
}

function* withNewlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

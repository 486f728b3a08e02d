/**
 * `strop recurse --self`: the open zone of strop's own source is the program, and how fast its proposers find the optima
 * of known landscapes is the metric. The copy that is edited lies in the run's folder; the copy that runs, and so judges,
 * is never touched. The result is a patch for a person to review.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { ProgramFiles } from "../../core/edit.ts";
import { openJournal } from "../../journal/journal.ts";
import type { TaskConfig } from "../../workspace/config/schema.ts";
import { diffPrograms } from "../../workspace/diff.ts";
import { loadTask } from "../../workspace/load-task.ts";
import { makeNamedFolder } from "../folder/make-folder.ts";
import { runTask, type RunTaskOptions, type RunTaskResult } from "../research/run-task.ts";
import { writeUnlessThere } from "../folder/write-whole.ts";
import { ownSource, type OwnSource } from "./own-source.ts";
import { DEFAULT_RACES, type RaceSettings, selfExecutor } from "./self-executor.ts";
import { requireOpenZone } from "./zones.ts";

export interface RunSelfOptions extends Omit<RunTaskOptions, "executor"> {
  /** Candidates to try; default 30. */
  readonly trials?: number | undefined;
  readonly seed?: number | undefined;
  /** Names of models; without one, the portfolio of literals and rewrites proposes. */
  readonly modelNames?: readonly string[];
  readonly maxCost?: number | undefined;
  readonly races?: Partial<RaceSettings>;
}

export interface RunSelfResult extends RunTaskResult {
  /** Path of the patch, which `git apply` takes at the root of strop's repository; null when nothing was kept. */
  readonly patch: string | null;
}

const CONFIG = "strop.config.json";
const DEFAULT_TRIALS = 30;

/**
 * Starts a run in `folder`, or goes on with its newest. Throws StropError `environment.changed` when a file of the fixed
 * zone is not as it was when the run began, `self.fixed-zone` rather than write a patch of such a file, and what
 * `runTask` throws.
 */
export async function runSelf(folder: string, options: RunSelfOptions = {}): Promise<RunSelfResult> {
  const { trials = DEFAULT_TRIALS, seed = 0, modelNames = [], maxCost, ...session } = options;
  const source = await ownSource();
  const races = { ...DEFAULT_RACES, ...options.races };
  await layOut(folder, source, races);
  const loaded = await loadTask(folder, {
    seed,
    // The untouched program is a trial too.
    stop: { trials: trials + 1, ...(maxCost === undefined ? {} : { cost: maxCost }) },
    models: modelNames.map((model) => ({ model })),
  });
  const result = await runTask(loaded, {
    ...session,
    executor: (context) => selfExecutor(context, source, races),
  });
  return { ...result, patch: await writePatch(result) };
}

/** Files that are there stay as they are: a run that goes on finds what it pinned, or says what changed. */
async function layOut(
  folder: string,
  { root, entry, open, fixed }: OwnSource,
  { cpuSeconds }: RaceSettings,
): Promise<void> {
  makeNamedFolder(folder);
  const config: TaskConfig = {
    program: [`${root}/propose/**`],
    run: { module: entry },
    // Never run as an action: it says that the host measures the score.
    evaluate: { module: entry },
    holdout: { module: entry },
    metric: { name: "decades", direction: "maximize" },
    budget: { trainSeconds: cpuSeconds, clock: "cpu", memory: "512MB", processes: 32 },
  } as TaskConfig;
  const files: ProgramFiles = { ...fixed, ...open, [CONFIG]: `${JSON.stringify(config, undefined, 2)}\n` };
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeUnlessThere(target, text);
  }
}

async function writePatch({ state, files }: RunTaskResult): Promise<string | null> {
  if (state.champion === null || state.champion.candidate === state.baseline) return null;
  const folder = dirname(files.report);
  const journal = openJournal(join(folder, "journal.db"), { readOnly: true });
  try {
    const [before, after] = [journal.program(state.baseline), journal.program(state.champion.candidate)];
    requireOpenZone(before, after);
    const patch = join(folder, "self.patch");
    await writeFile(patch, `${header(state)}\n${diffPrograms(before, after)}`);
    return patch;
  } finally {
    journal.close();
  }
}

const header = ({ run, champion, baselineScore }: RunTaskResult["state"]): string =>
  `${run}, trial ${champion?.trial}: ${baselineScore?.toFixed(4)} → ${champion?.score.toFixed(4)} decades per race.
Review it before you apply it; nothing was changed.
`;

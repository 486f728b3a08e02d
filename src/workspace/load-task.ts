/** Finds and reads a task: strop.config in any of its forms, or a folder with another system's layout. */
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { StropError } from "../core/errors.ts";
import { isCost } from "../core/metric.ts";
import type { Task } from "../core/task.ts";
import { invalidConfig } from "./config/config-errors.ts";
import { editDistance } from "../core/nearest.ts";
import { findLayout, nearLayout } from "./layouts/find-layout.ts";
import { programScope, refereeWords } from "./program.ts";
import { CONFIG_FILES, readConfig } from "./config/read-config.ts";
import { resolveTask } from "./resolve-task.ts";
import { configSchema, type TaskConfig } from "./config/schema.ts";
import { requireFolder } from "./require-folder.ts";
import { unreadable } from "./walk.ts";

export interface LoadedTask {
  readonly task: Task;
  /** Absolute path, links resolved. */
  readonly folder: string;
  /** Absolute path of the config, or such as `autoresearch layout`. */
  readonly source: string;
  /** What was assumed or looks odd, one sentence each, for the user. */
  readonly notes: readonly string[];
}

/** What the command line may set over the config: any of its keys, `budget` and `stop` key by key. */
export type TaskOverrides = Partial<TaskConfig>;

/**
 * The task in `folder`, deeply frozen, with `overrides` laid over its config before defaults are computed.
 * Throws StropError `config.missing`, `config.ambiguous`, `config.unreadable`, `config.no-export`, `config.unknown-key`
 * or `config.invalid`.
 */
export async function loadTask(folder: string, overrides: TaskOverrides = {}): Promise<LoadedTask> {
  const root = await taskFolder(folder);
  const { config, source, notes } = await findConfig(root);
  const label = source.startsWith(root) ? basename(source) : source;
  const checked = configSchema.safeParse(config, { reportInput: false });
  if (!checked.success) throw invalidConfig(label, config, checked.error.issues);
  const merged = configSchema.safeParse(merge(config as TaskConfig, overrides));
  if (!merged.success) throw invalidConfig("command line", merge(config as TaskConfig, overrides), merged.error.issues);
  const agenda = (await isFile(join(root, "program.md"))) ? "program.md" : undefined;
  const task = resolveTask(merged.data, { folder: root, name: basename(root), agenda });
  await checkPlaces(root, task, label);
  return { task, folder: root, source, notes: [...notes, ...warnings(task, root)] };
}

/** The absolute path of an existing folder, links resolved. Throws StropError `config.no-folder`. */
export async function taskFolder(folder: string): Promise<string> {
  requireFolder(folder, "give the folder that holds the program and its strop.config.ts");
  return realpath(folder);
}

/** Whether a run in this folder would find what it is about; false where the folder cannot be read. */
export async function holdsTask(folder: string): Promise<boolean> {
  const entries = await readdir(folder).catch((): string[] => []);
  return CONFIG_FILES.some((file) => entries.includes(file)) || (await findLayout(folder)) !== null;
}

interface FoundConfig {
  readonly config: unknown;
  readonly source: string;
  readonly notes: readonly string[];
}

async function findConfig(root: string): Promise<FoundConfig> {
  const entries = await readdir(root).catch((cause: unknown) => {
    throw unreadable(root, cause);
  });
  const present = CONFIG_FILES.filter((file) => entries.includes(file));
  if (present.length > 1) {
    throw new StropError("config.ambiguous", `expected one config in ${root}, found ${present.join(" and ")}`, {
      hint: "delete or rename all but one",
    });
  }
  const [file] = present;
  if (file !== undefined) return { config: await readConfig(root, file), source: join(root, file), notes: [] };
  const layout = await findLayout(root);
  if (layout === null) throw missingConfig(root, entries);
  return { ...(await layout.assume()), source: layout.source };
}

function missingConfig(root: string, entries: readonly string[]): StropError {
  const alike = entries.find((entry) => /strop.*conf|^strop\.\w+$/i.test(entry) || isNearMiss(entry));
  const found = alike === undefined ? "none" : `${alike}, which is no name that strop reads`;
  return new StropError("config.missing", `expected strop.config.ts or strop.config.json in ${root}, found ${found}`, {
    hint: alike === undefined ? firstStep(root, entries) : "rename it to strop.config.ts, .js, .mjs or .json",
  });
}

function firstStep(root: string, entries: readonly string[]): string {
  const near = nearLayout(root, entries);
  return [
    "run `strop init` to write one",
    ...(near === undefined ? [] : [near]),
    ...(entries.includes(".strop") ? ["what other commands have made in this folder lies in .strop/runs"] : []),
  ].join("; ");
}

const isNearMiss = (entry: string): boolean => CONFIG_FILES.some((file) => editDistance(entry, file) <= 2);

function merge(config: TaskConfig, overrides: TaskOverrides): TaskConfig {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const budget = { ...config.budget, ...overrides.budget };
  return { ...config, ...given, budget, stop: { ...config.stop, ...overrides.stop } };
}

/** Files that the config names one by one must be there: better said now than in the first trial. */
async function checkPlaces(root: string, task: Task, label: string): Promise<void> {
  const problems: string[] = [];
  const expectFile = async (key: string, path: string) => {
    if (!(await isFile(join(root, path))))
      problems.push(`${key}: expected a file in the task's folder, found no ${path}`);
  };
  for (const key of ["run", "evaluate", "holdout", "check"] as const) {
    const action = task[key];
    if (action?.kind === "module") {
      await expectFile(`${key}.module`, action.module);
      for (const path of action.data) await expectFile(`${key}.data`, path);
    }
    for (const mount of action?.kind === "command" ? action.mounts : []) {
      if ((await lstat(mount).catch(() => undefined)) === undefined)
        problems.push(`${key}.mounts: expected a folder, found nothing at ${mount}`);
    }
  }
  if (task.agenda !== undefined) await expectFile("agenda", task.agenda);
  if (problems.length === 0) return;
  throw new StropError("config.invalid", `${label}: ${problems.join("; ")}`, {
    hint: "paths are relative to the task's folder",
  });
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isFile(),
    () => false,
  );

function warnings(task: Task, root: string): string[] {
  const [inScope, words] = [programScope(task), [...new Set(refereeWords(task))]];
  // A scorer that is part of the program can be edited by every candidate.
  const files = words.filter(inScope);
  // Python looks for what a script imports beside the script first: a new json.py there would be the evaluator's json.
  const shadowed = words.filter(
    (word) => word.endsWith(".py") && !inScope(word) && inScope(join(dirname(word), "json.py")),
  );
  const around = (task.run.kind === "command" ? task.run.mounts : []).filter((mount) =>
    `${root}/`.startsWith(`${mount}/`),
  );
  return [
    ...around.map(
      (mount) =>
        `run.mounts names ${mount}, in which the task's folder lies: there the program sees all of it, what is hidden and .strop included`,
    ),
    ...files.map(
      (file) =>
        `the evaluator's command names ${file}, which is part of the program: a candidate may change its own score`,
    ),
    ...shadowed.map(
      (file) =>
        `an edit may add files beside ${file}, which would import them in place of Python's own: put the evaluator into a folder of its own`,
    ),
    ...(isUncheckedCost(task)
      ? [
          `nothing checks the results, and a program that skips its work has the best ${task.metric.name}: name your tests as \`check\``,
        ]
      : []),
  ];
}

/** Whether the score says how cheap a run was, and nothing says what it was good for. */
const isUncheckedCost = ({ metric, evaluate, check }: Task): boolean =>
  evaluate === undefined && check === undefined && isCost(metric.name);

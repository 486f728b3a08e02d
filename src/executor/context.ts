/** What every trial of a run shares: the task, the sandbox, and the environment as it was pinned. */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import { sha256 } from "../core/candidate.ts";
import type { ProgramFiles } from "../core/edit.ts";
import { StropError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import type { Sandbox } from "../sandbox/types.ts";
import type { Environment } from "../workspace/environment.ts";
import { secretScope } from "../workspace/program.ts";

export interface TrialContext {
  readonly task: Task;
  /** Absolute path of the task's folder. */
  readonly folder: string;
  /** Absolute path of a folder for temporary files, emptied by the caller at start. */
  readonly tempFolder: string;
  readonly sandbox: Sandbox;
  readonly environment: PinnedEnvironment;
  /** Told what a user should know, one sentence at a time. */
  readonly note?: (sentence: string) => void;
}

/** The environment's bytes, checked against their pins when they are first read and kept from then on. */
export interface PinnedEnvironment {
  readonly pins: Environment;
  bytes(path: string): Promise<Uint8Array>;
  /** Text of every environment file that a module may import (`.ts`, `.js`, `.json` …), for the program or its referee. */
  modules(reader: Reader): Promise<ProgramFiles>;
}

/** The evaluator, the holdout and the check are the referee: they see what is hidden from the program. */
export type Reader = "program" | "referee";

const MODULE_EXTENSIONS = new Set([".ts", ".mts", ".js", ".mjs", ".json"]);
const MAX_MODULE_BYTES = 1_000_000;

export function pinEnvironment(folder: string, task: Task, pins: Environment): PinnedEnvironment {
  const isSecret = secretScope(task);
  const cache = new Map<string, Promise<Uint8Array>>();
  const read = async (path: string): Promise<Uint8Array> => {
    const pin = pins.files.find((file) => file.path === path);
    if (pin === undefined) {
      throw new StropError("environment.missing-file", `expected ${path} among the environment's files, found none`, {
        hint: "name an existing file in `data`, and make sure that no ignore pattern hides it",
      });
    }
    const bytes = await readFile(join(folder, path));
    if (sha256(bytes) !== pin.sha256) throw environmentChanged([path]);
    return bytes;
  };
  const bytes = (path: string): Promise<Uint8Array> => {
    const known = cache.get(path) ?? read(path);
    cache.set(path, known);
    return known;
  };
  const modules = async (reader: Reader): Promise<ProgramFiles> => {
    const isShown = (path: string) => reader === "referee" || !isSecret(path);
    const paths = pins.files.filter(
      (f) => MODULE_EXTENSIONS.has(extname(f.path)) && f.bytes <= MAX_MODULE_BYTES && isShown(f.path),
    );
    const texts = await Promise.all(paths.map(async (f) => [f.path, new TextDecoder().decode(await bytes(f.path))]));
    return Object.fromEntries(texts);
  };
  return { pins, bytes, modules };
}

/** What a user who put `paths` into the task's folder while a run goes on may wait for in vain. */
export const newcomersNote = (paths: readonly string[]): string =>
  `${fewOf(paths)} ${paths.length === 1 ? "is" : "are"} new since the run started, and shown to no trial; \`strop run --fresh\` begins a run that has ${paths.length === 1 ? "it" : "them"}`;

const fewOf = (paths: readonly string[]): string =>
  paths.slice(0, 5).join(", ") + (paths.length > 5 ? ` and ${paths.length - 5} more` : "");

/** The referee was touched: no score from here on would mean anything. `paths` is empty where they are not known. */
export const environmentChanged = (paths: readonly string[]): StropError => {
  return new StropError(
    "environment.changed",
    `expected the environment to stay as it was when the run started, found ${paths.length === 0 ? "it changed" : `changes in ${fewOf(paths)}`}`,
    {
      hint:
        "put the files back as they were, and new ones away, to continue this run, or start a new one with `strop run --fresh`; " +
        'what does not matter may be left out of it in the config: "environment": ["**", "!notes/**"]',
    },
  );
};

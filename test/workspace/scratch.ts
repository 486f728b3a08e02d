/** Temporary folders filled with little files. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { StropError } from "../../src/core/errors.ts";
import { type LoadedTask, loadTask } from "../../src/workspace/load-task.ts";
import type { TaskConfig } from "../../src/workspace/config/schema.ts";
import { freshFolder } from "../fresh-folder.ts";

/** A new folder, its name with a space and letters beyond ASCII, holding `files`. */
export function scratch(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = join(realpathSync(freshFolder()), "mein Ordner é");
  mkdirSync(folder);
  put(folder, files);
  return folder;
}

export function put(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

export const textOf = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8");

/** A task in a folder of its own, from a JSON config. */
export async function taskIn(
  config: Partial<TaskConfig>,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<LoadedTask> {
  const whole = { program: "train.py", run: "python3 train.py", metric: "loss", ...config };
  return loadTask(scratch({ "train.py": "print('loss: 1')\n", ...files, "strop.config.json": JSON.stringify(whole) }));
}

/** What a promise is rejected with; fails the test if it is not. */
export async function rejection(promise: Promise<unknown>): Promise<StropError> {
  return promise.then(
    () => {
      throw new Error("expected a rejection, found none");
    },
    (thrown: StropError) => thrown,
  );
}

/** Runs git without the user's settings and returns what it prints. */
export const git = (folder: string, ...args: string[]): string =>
  execFileSync(
    "git",
    ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main", ...args],
    {
      cwd: folder,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    },
  ).trim();

/**
 * The layout of the autoresearch prototype: program.md, prepare.py and train.py, no config. What can be known of such a
 * folder is assumed here, and told to the user note by note.
 */
import { homedir } from "node:os";
import { access } from "node:fs/promises";
import { join } from "node:path";

import { homeFolder } from "../core/home-folder.ts";
import { interpreterHomes } from "./interpreter.ts";
import type { TaskConfig } from "./schema.ts";
import { findOnPath } from "./toolchain.ts";

const LAYOUT_FILES = ["program.md", "prepare.py", "train.py"];

export interface AssumedConfig {
  readonly config: TaskConfig;
  readonly notes: string[];
}

/** The config that such a folder would have, or null when one of its three files is missing. */
export async function autoresearchConfig(folder: string): Promise<AssumedConfig | null> {
  const present = await Promise.all(LAYOUT_FILES.map((file) => exists(join(folder, file))));
  if (present.includes(false)) return null;
  const cache = join(homeFolder(homedir), ".cache", "autoresearch");
  const data = (await exists(cache)) ? [cache] : [];
  const { command, mounts, note } = await interpreter(folder);
  const notes = [
    "no config: the folder has the autoresearch layout (program.md, prepare.py, train.py)",
    "program train.py, agenda program.md; everything else is the frozen environment",
    note,
    "metric val_bpb, smaller is better, as train.py prints it: scores are self-reported",
    "300 seconds of training per trial, as autoresearch has it, unless --budget says otherwise; killed when twice that has passed",
    "train.py is shown this machine's GPUs, if it has any",
    ...data.map((path) => `train.py may read ${path}, where prepare.py puts its data`),
  ];
  const config: TaskConfig = {
    program: "train.py",
    agenda: "program.md",
    run: {
      command,
      mounts: [...data, ...mounts],
      env: data.length > 0 ? { HOME: homeFolder(homedir) } : {},
      gpu: true,
    },
    metric: { name: "val_bpb" },
    budget: { trainSeconds: 300, startupSeconds: 300 },
  };
  return { config, notes };
}

interface Interpreter {
  readonly command: string[];
  readonly mounts: string[];
  readonly note: string;
}

/** A virtual environment is used directly, as uv would: uv itself wants the network, which a sandbox has not. */
async function interpreter(folder: string): Promise<Interpreter> {
  const python = ".venv/bin/python";
  if (await exists(join(folder, python))) {
    const mounts = interpreterHomes(folder, join(folder, python));
    return { command: [python, "train.py"], mounts, note: `run with ${python}, the folder's virtual environment` };
  }
  if ((await exists(join(folder, "pyproject.toml"))) && findOnPath("uv") !== undefined) {
    const note = "run with `uv run train.py`; run `uv sync` first, so that the sandbox needs no network";
    return { command: ["uv", "run", "train.py"], mounts: [], note };
  }
  return { command: ["python3", "train.py"], mounts: [], note: "run with `python3 train.py`" };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * The layout of the autoresearch prototype: program.md, prepare.py and train.py, no config. What can be known of such a
 * folder is assumed here, and told to the user note by note.
 */
import { homedir } from "node:os";
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";

import { homeFolder } from "../core/home-folder.ts";
import { textOf } from "./found.ts";
import type { Toolchain } from "./host.ts";
import { interpreterHomes } from "./interpreter.ts";
import type { TaskConfig } from "./schema.ts";
import { findOnPath, toolchainOf } from "./toolchain.ts";

const LAYOUT_FILES = ["program.md", "prepare.py", "train.py"];

export interface AssumedConfig {
  readonly config: TaskConfig;
  readonly notes: string[];
}

/** Whether a folder with these entries has the layout. */
export const hasAutoresearchLayout = (entries: readonly string[]): boolean =>
  LAYOUT_FILES.every((file) => entries.includes(file));

/** The config that such a folder would have, or null when one of its three files is missing. */
export async function autoresearchConfig(folder: string): Promise<AssumedConfig | null> {
  if (!hasAutoresearchLayout(await readdir(folder).catch((): string[] => []))) return null;
  const home = homeFolder(homedir);
  const [train, prepare] = [textOf(join(folder, "train.py")), textOf(join(folder, "prepare.py"))];
  const cache = join(home, ".cache", "autoresearch");
  const data = (await exists(cache)) ? [cache] : [];
  const hub = DOWNLOADS.test(train) ? await downloaded(home) : undefined;
  const trainSeconds = Number(/^TIME_BUDGET\s*=\s*([1-9]\d*)\s*(?:#|$)/m.exec(prepare)?.[1] ?? 300);
  const { command, env, mounts, note } = await interpreter(folder, home);
  const notes = [
    "no config: the folder has the autoresearch layout (program.md, prepare.py, train.py)",
    "program train.py, agenda program.md; everything else is the frozen environment",
    note,
    "metric val_bpb, smaller is better, as train.py prints it: scores are self-reported",
    `${trainSeconds} seconds of training per trial, as autoresearch has it, unless --budget says otherwise; killed when twice that has passed`,
    "train.py is shown this machine's GPUs, if it has any",
    ...data.map((path) => `train.py may read ${path}, where prepare.py puts its data`),
    ...(hub === undefined ? [] : [`train.py may read ${hub}, what was downloaded from Hugging Face before`]),
  ];
  const config: TaskConfig = {
    program: "train.py",
    agenda: "program.md",
    run: {
      command,
      mounts: [...data, ...mounts, ...(hub === undefined ? [] : [hub])],
      env: {
        ...env,
        // A home in which nothing can be written: Triton would keep what it compiles there.
        ...(data.length > 0 && { HOME: home, TRITON_CACHE_DIR: "/tmp/triton" }),
        ...(hub !== undefined && { HF_HUB_CACHE: hub, HF_HUB_OFFLINE: "1" }),
      },
      gpu: true,
    },
    metric: { name: "val_bpb" },
    budget: { trainSeconds, startupSeconds: 300 },
  };
  return { config, notes };
}

/** A program that says so loads models or kernels from Hugging Face's hub. */
const DOWNLOADS = /\bget_kernel\b|\bfrom_pretrained\b|\bhuggingface_hub\b|\bload_dataset\b/;

/** Where the hub's library keeps what it downloaded, without the folder beside it that holds the token. */
async function downloaded(home: string): Promise<string | undefined> {
  const { HF_HUB_CACHE, HF_HOME = join(home, ".cache", "huggingface") } = process.env;
  const hub = HF_HUB_CACHE ?? join(HF_HOME, "hub");
  return (await exists(hub)) ? hub : undefined;
}

interface Interpreter extends Toolchain {
  readonly command: string[];
  readonly note: string;
}

/** A virtual environment is used directly, as uv would: uv itself wants the network, which a sandbox has not. */
async function interpreter(folder: string, home: string): Promise<Interpreter> {
  const python = ".venv/bin/python";
  if (await exists(join(folder, python))) {
    const mounts = interpreterHomes(folder, join(folder, python));
    return {
      command: [python, "train.py"],
      env: {},
      mounts,
      note: `run with ${python}, the folder's virtual environment`,
    };
  }
  if ((await exists(join(folder, "pyproject.toml"))) && findOnPath("uv") !== undefined) {
    const note = "run with `uv run train.py`; run `uv sync` first, so that the sandbox needs no network";
    return { command: ["uv", "run", "train.py"], env: {}, mounts: [], note };
  }
  const own = toolchainOf("python3", { find: findOnPath, home, folder, variables: process.env });
  const note = own === undefined ? "run with `python3 train.py`" : `run with \`python3 train.py\`, of ${own.mounts[0]}`;
  return { command: ["python3", "train.py"], env: {}, mounts: [], ...own, note };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

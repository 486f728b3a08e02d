/**
 * The layout of the autoresearch prototype: program.md, prepare.py and train.py, no config. What can be known of such a
 * folder is assumed here, and told to the user note by note.
 */
import { access, constants, readFile, readlink, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, relative, resolve } from "node:path";

import type { TaskConfig } from "./schema.ts";

export const LAYOUT_FILES = ["program.md", "prepare.py", "train.py"];

export interface AssumedConfig {
  readonly config: TaskConfig;
  readonly notes: string[];
}

/** The config that such a folder would have, or null when one of its three files is missing. */
export async function autoresearchConfig(folder: string): Promise<AssumedConfig | null> {
  const present = await Promise.all(LAYOUT_FILES.map((file) => exists(join(folder, file))));
  if (present.includes(false)) return null;
  const cache = join(homedir(), ".cache", "autoresearch");
  const data = (await exists(cache)) ? [cache] : [];
  const { command, mounts, note } = await interpreter(folder);
  const notes = [
    "no config: the folder has the autoresearch layout (program.md, prepare.py, train.py)",
    "program train.py, agenda program.md; everything else is the frozen environment",
    note,
    "metric val_bpb, smaller is better, as train.py prints it: scores are self-reported",
    "300 seconds of training per trial, as autoresearch has it, unless --budget says otherwise; killed when twice that has passed",
    ...data.map((path) => `train.py may read ${path}, where prepare.py puts its data`),
  ];
  const config: TaskConfig = {
    program: "train.py",
    agenda: "program.md",
    run: { command, mounts: [...data, ...mounts], env: data.length > 0 ? { HOME: homedir() } : {} },
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
    const mounts = (await interpreterHomes(folder, python)).filter((home) => !home.startsWith("/usr"));
    return { command: [python, "train.py"], mounts, note: `run with ${python}, the folder's virtual environment` };
  }
  if ((await exists(join(folder, "pyproject.toml"))) && (await onPath("uv"))) {
    const note = "run with `uv run train.py`; run `uv sync` first, so that the sandbox needs no network";
    return { command: ["uv", "run", "train.py"], mounts: [], note };
  }
  return { command: ["python3", "train.py"], mounts: [], note: "run with `python3 train.py`" };
}

/** Installations that a virtual environment borrows: the one it names, those it links to, and where they really are. */
async function interpreterHomes(folder: string, python: string): Promise<string[]> {
  const config = await readFile(join(folder, ".venv/pyvenv.cfg"), "utf8").catch(() => "");
  const named = /^home\s*=\s*(.+?)\s*$/m.exec(config)?.[1];
  const programs = named === undefined ? [] : [join(named, "python")];
  let path = join(folder, python);
  for (let hops = 0; hops < 16; hops++) {
    const target = await readlink(path).catch(() => undefined);
    if (target === undefined) break;
    path = resolve(dirname(path), target);
    programs.push(path);
  }
  programs.push(await realpath(join(folder, python)));
  const homes = programs.map((program) => dirname(dirname(program)));
  return [...new Set(homes)].filter((home) => relative(folder, home).startsWith(".."));
}

async function onPath(program: string): Promise<boolean> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = await Promise.all(folders.map((folder) => exists(join(folder, program), constants.X_OK)));
  return found.includes(true);
}

const exists = (path: string, mode: number = constants.F_OK): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** The autoresearch prototype: program.md, prepare.py and train.py. */
import { homedir } from "node:os";
import { join } from "node:path";

import { homeFolder } from "../../core/home-folder.ts";
import { textOf } from "../detect/found.ts";
import type { TaskConfig } from "../config/schema.ts";
import { type AssumedConfig, exists, type Layout } from "./layout.ts";
import { pythonOf } from "./python.ts";

const FILES = ["program.md", "prepare.py", "train.py"];

export const autoresearch: Layout = {
  name: "autoresearch",
  holds: (entries) => FILES.every((file) => entries.includes(file)),
  assume: autoresearchConfig,
};

async function autoresearchConfig(folder: string): Promise<AssumedConfig> {
  const home = homeFolder(homedir);
  const [train, prepare] = [textOf(join(folder, "train.py")), textOf(join(folder, "prepare.py"))];
  const cache = join(home, ".cache", "autoresearch");
  const data = (await exists(cache)) ? [cache] : [];
  const hub = DOWNLOADS.test(train) ? await downloaded(home) : undefined;
  const trainSeconds = Number(/^TIME_BUDGET\s*=\s*([1-9]\d*)\s*(?:#|$)/m.exec(prepare)?.[1] ?? 300);
  const { command, env, mounts, told } = await pythonOf(folder, true);
  const notes = [
    "program train.py, agenda program.md; everything else is the frozen environment",
    `train.py is run with ${told}`,
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
      command: [...command, "train.py"],
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

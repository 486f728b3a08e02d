/** A folder for a stand-in worker, and how to start it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach } from "vitest";

import { openTrainer, type Trainer, type TrainerOptions } from "../../../src/propose/trainer/trainer.ts";
import type { Faults } from "./stand-in.ts";
import { freshFolder } from "../../fresh-folder.ts";

export interface Logged {
  readonly method: string;
  readonly pid: number;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface StandIn {
  readonly options: TrainerOptions;
  /** Every trainer that it gives is closed after the test. */
  trainer(changes?: Partial<TrainerOptions>): Trainer;
  /** What workers were asked so far, all of them together. */
  log(method?: string): readonly Logged[];
}

export const STAND_IN_COMMAND = [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  join(import.meta.dirname, "stand-in.ts"),
];

const trainers: Trainer[] = [];
afterEach(() => trainers.splice(0).forEach((trainer) => trainer.close()));

export function standIn(faults: Faults = {}): StandIn {
  const folder = freshFolder();
  writeFileSync(join(folder, "faults.json"), JSON.stringify(faults));
  const options: TrainerOptions = {
    command: STAND_IN_COMMAND,
    env: { ...process.env, STAND_IN: folder },
    model: {
      model: "none",
      folder: join(folder, "checkpoints"),
      device: "cpu",
      rank: 1,
      alpha: 2,
      learning: { learningRate: 0.1 },
    },
  };
  return {
    options,
    trainer(changes = {}) {
      const trainer = openTrainer({ ...options, ...changes });
      trainers.push(trainer);
      return trainer;
    },
    log(method) {
      const path = join(folder, "log.jsonl");
      // Whole lines only: it may be writing.
      const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
      const all = lines.map((line) => JSON.parse(line) as Logged);
      return method === undefined ? all : all.filter((one) => one.method === method);
    },
  };
}

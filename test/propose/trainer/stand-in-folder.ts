/** A folder for a stand-in worker, and how to start it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openTrainer, type Trainer, type TrainerOptions } from "../../../src/propose/trainer/trainer.ts";
import type { Faults } from "./stand-in.ts";

export interface Logged {
  readonly method: string;
  readonly pid: number;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface StandIn {
  readonly options: TrainerOptions;
  /** Every trainer that it gives is closed with it. */
  trainer(changes?: Partial<TrainerOptions>): Trainer;
  /** What workers were asked so far, all of them together. */
  log(method?: string): readonly Logged[];
  remove(): void;
}

export const STAND_IN_COMMAND = [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  join(import.meta.dirname, "stand-in.ts"),
];

export function standIn(faults: Faults = {}): StandIn {
  const folder = mkdtempSync(join(tmpdir(), "strop-stand-in-"));
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
  const made: Trainer[] = [];
  return {
    options,
    trainer(changes = {}) {
      const trainer = openTrainer({ ...options, ...changes });
      made.push(trainer);
      return trainer;
    },
    log(method) {
      const path = join(folder, "log.jsonl");
      // Whole lines only: it may be writing.
      const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
      const all = lines.map((line) => JSON.parse(line) as Logged);
      return method === undefined ? all : all.filter((one) => one.method === method);
    },
    remove() {
      for (const trainer of made) trainer.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

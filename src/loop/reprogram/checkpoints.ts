/** Checkpoints of a run in its folder. What a part of the journal says is there has been written whole before. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { StropError } from "../../core/errors.ts";
import { writeWhole } from "../folder/write-whole.ts";

export interface Checkpoints {
  save(name: string, bytes: Uint8Array): Promise<void>;
  /** Throws StropError `reprogram.no-checkpoint` when somebody has removed it. */
  load(name: string): Promise<Uint8Array>;
  /** No complaint when it is gone. */
  remove(name: string): Promise<void>;
}

export function checkpointsIn(runFolder: string): Checkpoints {
  const folder = join(runFolder, "checkpoints");
  const pathOf = (name: string): string => join(folder, `${name}.safetensors`);
  return {
    async save(name, bytes) {
      await writeWhole(pathOf(name), bytes);
    },
    async load(name) {
      try {
        return await readFile(pathOf(name));
      } catch (cause) {
        throw new StropError("reprogram.no-checkpoint", `expected the checkpoint ${pathOf(name)}, found none`, {
          hint: "put it back, or begin another run with --fresh",
          cause,
        });
      }
    },
    remove: (name) => rm(pathOf(name), { force: true }),
  };
}

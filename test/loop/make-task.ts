/** Little real tasks in folders of their own, for tests of the loop, the executor and the command line. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freshFolder } from "../fresh-folder.ts";

export interface MadeTask {
  readonly folder: string;
}

/** Score: distance of two literals from (3, 0.02). Deterministic, and takes no time. */
export const QUADRATIC = `
const width = 8;
const learningRate = 0.1;

export default async function train(trial) {
  const score = (width - 3) ** 2 + (Math.log10(learningRate) - Math.log10(0.02)) ** 2;
  for (let step = 1; step <= 3; step++) await trial.report({ step, loss: score + 1 / step });
  return { score };
}
`;

export const QUADRATIC_CONFIG = {
  name: "quadratic",
  program: ["train.ts"],
  run: { module: "train.ts" },
  metric: { name: "score", direction: "minimize", deterministic: true },
  budget: { trainSeconds: 20, startupSeconds: 20, memory: "800MB" },
  proposer: "random",
  stop: { trials: 12 },
};

/** Writes `files` (objects as JSON) into a new folder whose name has a space and a letter outside ASCII; see `freshFolder`. */
export function makeTask(files: Readonly<Record<string, string | object>>): MadeTask {
  const folder = freshFolder("strop täsk ");
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  }
  return { folder };
}

/** The quadratic task, with changes to its config and further files. */
export const quadraticTask = (config: object = {}, files: Readonly<Record<string, string | object>> = {}): MadeTask =>
  makeTask({ "train.ts": QUADRATIC, "strop.config.json": { ...QUADRATIC_CONFIG, ...config }, ...files });

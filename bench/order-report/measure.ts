/**
 * How noisy order-report's score is, and what an expert's rewrite of single files and of all of them gains.
 * Usage: node bench/order-report/measure.ts [repeats]
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ProgramFiles } from "../../src/core/edit.ts";
import { mean, median, standardDeviation } from "../../src/core/numerics/stats.ts";
import type { Outcome } from "../../src/core/trial.ts";
import { pinEnvironment } from "../../src/executor/context.ts";
import { localExecutor } from "../../src/executor/local.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { scanEnvironment } from "../../src/workspace/environment.ts";
import { loadTask } from "../../src/workspace/load-task.ts";

const example = fileURLToPath(new URL("../../examples/order-report/", import.meta.url));
const expert = fileURLToPath(new URL("expert/", import.meta.url));

const filesOf = async (folder: string, prefix: string): Promise<ProgramFiles> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(folder)).map(
        async (name) => [`${prefix}${name}`, await readFile(join(folder, name), "utf8")] as const,
      ),
    ),
  );

/** Outcomes of the program with some of its files replaced, one per seed. */
export async function runTrials(files: ProgramFiles, seeds: readonly number[]): Promise<Outcome[]> {
  const scratch = await mkdtemp(join(tmpdir(), "strop-bench-"));
  const [folder, tempFolder] = [join(scratch, "task"), join(scratch, "temp")];
  await mkdir(tempFolder);
  await cp(example, folder, { recursive: true });
  const { task } = await loadTask(folder, {});
  const environment = pinEnvironment(folder, task, await scanEnvironment(folder, task));
  const sandbox = await openSandbox({ needs: ["module"] });
  const executor = localExecutor({ task, folder, tempFolder, environment, sandbox });
  const program = { ...(await filesOf(join(folder, "src"), "src/")), ...files };
  const { signal } = new AbortController();
  const outcomes: Outcome[] = [];
  try {
    for (const seed of seeds) outcomes.push(await executor.run({ files: program, seed, label: String(seed), signal }));
  } finally {
    await executor.close();
    await rm(scratch, { recursive: true, force: true });
  }
  return outcomes;
}

async function main(): Promise<void> {
  const repeats = Number(process.argv[2] ?? 8);
  const seeds = Array.from({ length: repeats }, (_, i) => i + 1);
  const rewrites = await filesOf(expert, "src/");
  const arms: [string, ProgramFiles][] = [
    ["as it is", {}],
    ...Object.entries(rewrites).map(([path, text]): [string, ProgramFiles] => [
      `${path} by an expert`,
      { [path]: text },
    ]),
    ["all of it by an expert", rewrites],
  ];
  let baseline = Number.NaN;
  console.log("| program | median CPU s | relative deviation | times faster | invalid |\n|---|---|---|---|---|");
  for (const [name, files] of arms) {
    const outcomes = await runTrials(files, seeds);
    const scores = outcomes.flatMap(({ score }) => (score === null ? [] : [score]));
    const typical = median(scores);
    if (Number.isNaN(baseline)) baseline = typical;
    const spread = (100 * standardDeviation(scores)) / mean(scores);
    const reasons = [...new Set(outcomes.map(({ reason }) => reason))].filter(Boolean).join("; ");
    console.log(
      `| ${name} | ${typical.toFixed(2)} | ${spread.toFixed(1)} % | ${(baseline / typical).toFixed(1)} | ${repeats - scores.length} ${reasons} |`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

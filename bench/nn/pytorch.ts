/**
 * One training step beside PyTorch, in the same run: the same parameters and batch, rounds of a few steps in turn, medians, and
 * ratios of each round's medians. Gradients are compared first: a fast wrong step is no step.
 *
 *     node bench/nn/pytorch.ts --python <python with torch> [--only t5-128,conv] [--rounds 7] [--threads 1,2]
 *
 * `wall` is time on the clock, `cpu` the processor's time: on a machine that others use too, only the latter means much, and
 * with one thread only, since waiting threads spin.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { inputTensors, serialize } from "../../src/nn/model.ts";
import * as nn from "../../src/nn/index.ts";
import { workloads, type Workload } from "./workloads.ts";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    only: { type: "string", default: workloads.map(({ name }) => name).join() },
    rounds: { type: "string", default: "7" },
    threads: { type: "string", default: "1,2" },
    backends: { type: "string", default: "native,wasm" },
  },
});

interface Loaded {
  /** File with the gradients in double precision. */
  readonly gradients: string;
  /** From these, of the gradients in single precision. */
  readonly difference: number;
  readonly version: string;
}

interface Timing {
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
}

const python = spawn(values.python, [join(import.meta.dirname, "rival.py")], { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();

async function ask<T>(command: object): Promise<T> {
  python.stdin.write(`${JSON.stringify(command)}\n`);
  const { value, done } = await answers.next();
  if (done === true) throw new Error(`expected an answer from ${values.python}, found that it has ended`);
  return JSON.parse(value) as T;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

const engine = await readFile(fileURLToPath(import.meta.resolve(`onnxruntime-web/${nn.wasmAsset}`)));

/** The backends that can use this number of threads. */
async function backendsFor(threads: number): Promise<nn.Backend[]> {
  const wanted = values.backends.split(",");
  const native = wanted.includes("native") ? [await nn.nativeBackend({ threads })] : [];
  return threads === 1 && wanted.includes("wasm") ? [...native, nn.wasmBackend({ [nn.wasmAsset]: engine })] : native;
}

/** Parameters and batch in one file, the latter's names with `batch.` in front. */
async function save({ model, inputs, batch }: Workload, path: string): Promise<void> {
  const { tensors } = nn.decodeSafetensors(nn.saveParameters(model));
  const fed = Object.entries(inputs).map(([name, { shape, dtype = "float32" }]) => [
    `batch.${name}`,
    { dtype, shape, data: batch[name]! },
  ]);
  await writeFile(path, nn.encodeSafetensors({ tensors: { ...tensors, ...Object.fromEntries(fed) }, metadata: {} }));
}

/** The largest difference of any gradient from PyTorch's in double precision, relative to the largest element of that gradient. */
async function worstDifference({ model, inputs, loss, batch }: Workload, path: string, backend: nn.Backend) {
  const made = inputTensors(inputs, { isTraining: true });
  const total = loss(made);
  const parameters = [...nn.parametersOf(model)];
  const found = nn.gradients(
    total,
    parameters.map(([, parameter]) => total.graph.use(parameter)),
  );
  const outputs = Object.fromEntries(parameters.map(([name], index) => [name, found[index]!]));
  const session = await backend.open(serialize({ inputs: Object.values(made), outputs }));
  const feeds = Object.entries(inputs).map(([name, { shape, dtype = "float32" }]): [string, nn.Value] => [
    name,
    { dtype, shape, data: batch[name]! },
  ]);
  const ours = await session.run(Object.fromEntries(feeds));
  await session.close();
  const theirs = nn.decodeSafetensors(await readFile(path)).tensors;
  const differences = parameters.map(([name]) => {
    const [a, b] = [nn.float32Of(ours[name]), nn.float32Of(theirs[name])];
    const scale = b.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0) / scale;
  });
  return Math.max(...differences);
}

async function time(trainer: nn.Trainer<string>, batch: Workload["batch"], steps: number): Promise<Timing> {
  const [wall, cpu]: [number[], number[]] = [[], []];
  for (let step = 0; step < steps; step++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    await trainer.step(batch, 1e-3);
    const { user, system } = process.cpuUsage(used);
    wall.push(performance.now() - start);
    cpu.push((user + system) / 1000);
  }
  return { wall, cpu };
}

async function race(workload: Workload, threads: number, folder: string): Promise<void> {
  const path = join(folder, `${workload.name}.safetensors`);
  await save(workload, path);
  const loaded = await ask<Loaded>({ load: workload.name, file: path, threads });
  const steps = workload.name === "ppo" ? 100 : 3;
  for (const backend of await backendsFor(threads)) {
    const difference = await worstDifference(workload, loaded.gradients, backend);
    const trainer = await nn.createTrainer({ ...workload, backend, optimizer: nn.adam() });
    const rounds: { readonly ours: Timing; readonly theirs: Timing }[] = [];
    await time(trainer, workload.batch, steps);
    await ask({ steps });
    for (let round = 0; round < Number(values.rounds); round++)
      rounds.push({ ours: await time(trainer, workload.batch, steps), theirs: await ask<Timing>({ steps }) });
    await trainer.close();
    const of = (who: "ours" | "theirs", what: keyof Timing) => median(rounds.map((round) => median(round[who][what])));
    const ratio = (what: keyof Timing) =>
      median(rounds.map(({ ours, theirs }) => median(ours[what]) / median(theirs[what]))).toFixed(2);
    const cpu =
      threads === 1 ? `${of("ours", "cpu").toFixed(2)} | ${of("theirs", "cpu").toFixed(2)} | ${ratio("cpu")}` : "| |";
    const wall = `${of("ours", "wall").toFixed(2)} | ${of("theirs", "wall").toFixed(2)} | ${ratio("wall")}`;
    console.log(
      `| ${workload.name} | ${backend.name} | ${threads} | ${cpu} | ${wall} | ${difference.toExponential(1)} | ${loaded.difference.toExponential(1)} |`,
    );
  }
}

const folder = await mkdtemp(join(tmpdir(), "strop-bench-nn-"));
try {
  console.log(
    "| step | backend | threads | cpu ms | PyTorch | ratio | wall ms | PyTorch | ratio | gradients off by | PyTorch's |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|---|---|");
  for (const workload of workloads.filter(({ name }) => values.only.split(",").includes(name)))
    for (const threads of values.threads.split(",").map(Number)) await race(workload, threads, folder);
} finally {
  python.stdin.end();
  await rm(folder, { recursive: true });
}

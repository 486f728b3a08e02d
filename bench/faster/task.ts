/** A program as a task for strop: its folder in a scratch place, with an input, the right answer and an evaluator. */
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { inputs } from "./inputs.ts";
import { type Language, languageOf } from "./languages.ts";

const programs = join(import.meta.dirname, "programs");

/** The seeds of the input that a session sees, and of the one that is measured afterwards. */
export const SEEN = 1;
export const UNSEEN = 2;

/** Programs that print what floating point gave: a sum in another order may differ in a last digit. */
export const NUMERIC: ReadonlySet<string> = new Set([
  "c-heat",
  "cpp-particles",
  "py-cluster",
  "py-ngrams",
  "py-regression",
  "ts-queue",
]);

export const sourceOf = (program: string): string => join(programs, program, languageOf(program).file);
export const inputOf = (program: string, seed: number): string => (inputs[program] as (seed: number) => string)(seed);

/** Environment for a compiler or interpreter, here and in the sandbox. */
export function environmentOf(language: Language, cache: string): Record<string, string> {
  const tool = language.find();
  if (tool === null) throw new Error(`expected ${language.name} to be installed`);
  return { ...tool.env, PATH: `${tool.bin}:/usr/bin:/bin`, ...(language.name === "Go" && { GOCACHE: cache }) };
}

/** Builds a source, if there is something to build. */
export function build(language: Language, at: { source: string; binary: string; cache: string; flags?: string }): void {
  const command = language.build(at.source, at.binary, at.flags);
  if (command === "") return;
  const env = { ...environmentOf(language, at.cache), HOME: process.env["HOME"] ?? "/tmp" };
  execFileSync("sh", ["-c", command], { env, stdio: ["ignore", "ignore", "pipe"] });
}

interface Making {
  readonly folder: string;
  /** Where Go keeps what it has compiled. */
  readonly cache: string;
  /** The right answer for the seen input. */
  readonly expected: string;
  /** The metric's name: of a cost the rules for speed are asked, of a `score` the other rewrites. */
  readonly metric: string;
}

export async function makeTask(program: string, { folder, cache, expected, metric }: Making): Promise<void> {
  const language = languageOf(program);
  await mkdir(folder, { recursive: true });
  await copyFile(sourceOf(program), join(folder, language.file));
  await writeFile(join(folder, "input.txt"), inputOf(program, SEEN));
  await writeFile(join(folder, "expected.txt"), expected);
  for (const name of ["evaluate.ts", "answers.ts"]) await copyFile(join(import.meta.dirname, name), join(folder, name));
  if (language.name === "TypeScript") await writeFile(join(folder, "run.ts"), MODULE);
  const config = {
    name: program,
    program: [language.file],
    run: runOf(language, cache),
    evaluate: { module: "evaluate.ts", data: ["expected.txt", "rules.json"] },
    hidden: ["evaluate.ts", "answers.ts", "expected.txt", "rules.json"],
    metric: { name: metric },
    budget: { trainSeconds: 10, clock: "cpu", startupSeconds: 120, memory: "1GB" },
    judge: { pruner: "none" },
  };
  await writeFile(join(folder, "rules.json"), JSON.stringify({ metric, isNumeric: NUMERIC.has(program) }));
  await writeFile(join(folder, "strop.config.json"), JSON.stringify(config, null, 2));
}

/** The frozen harness of a program that is a module. */
const MODULE = `import { main } from "./main.ts";

export default async function run({ data, report, save }) {
  const text = new TextDecoder().decode(data["input.txt"]);
  await report({ step: 1, loss: 1 });
  await save("answer.txt", new TextEncoder().encode(main(text)));
}
`;

function runOf(language: Language, cache: string): object {
  if (language.name === "TypeScript") return { module: "run.ts", data: ["input.txt"] };
  const compile = language.build(language.file, "/tmp/main");
  // The line of a step starts the clock: compiling is not counted.
  const steps = [
    compile,
    "echo 'step 1 loss 1'",
    `${language.run(language.file, "/tmp/main")} input.txt > $STROP_OUTPUT/answer.txt`,
  ];
  const command = steps.filter(Boolean).join(" && ");
  const mounts = [...(language.find()?.mounts ?? []), ...(language.name === "Go" ? [cache] : [])];
  return { command, env: environmentOf(language, cache), mounts };
}

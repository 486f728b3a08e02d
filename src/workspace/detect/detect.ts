/** Guesses what a folder's program is, for `strop init`: by the files that are there, never by running anything. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { isCost } from "../../core/metric.ts";
import { cargoBench, goBench, pytestBenchmark, pythonBench } from "./benchmark.ts";
import { besideScript } from "./beside.ts";
import { cmakeProgram } from "./cmake.ts";
import { makeProgram } from "./make.ts";
import { mavenProgram, mavenTargets } from "./maven.ts";
import { NPM_BENCH, npmBench } from "./npm.ts";
import { globMatcher } from "../program.ts";
import { moduleFile, pythonTraining } from "./python-training.ts";
import { onlyScript, printedMetric } from "./training.ts";
import { type Found, foundIn } from "./found.ts";
import { after, type Guess, type InitAnswers, shellWord } from "./guess.ts";
import { metricWithinLine } from "./within-line.ts";

/** In order of preference; each looks for one kind of program. */
const KINDS: readonly ((found: Found) => Guess | null)[] = [
  pythonTraining,
  named(/^train\.(m?ts|m?js)$/, (path) => ({ run: `node ${path}`, metric: "val_loss", trainSeconds: 60 })),
  npmBench,
  makeProgram,
  cmakeProgram,
  mavenProgram,
  named(/^bench.*\.(m?ts|m?js)$/, (path, { files }) => ({
    ...(files.includes("src") && { program: ["src/**"] }),
    run: `node ${path}`,
    metric: "seconds",
    trainSeconds: 60,
  })),
  cargoBench,
  goBench,
  pytestBenchmark,
  pythonBench,
  named(/^main\.go$/, (path, { read }) => ({
    ...after(`go build -o /tmp/main ${path}`, "/tmp/main", printedMetric(read(path))),
    trainSeconds: 60,
  })),
  named(/^(main|bench.*|solution|program)\.py$/, (path, { python }) => ({
    run: `${python} ${path}`,
    metric: "score",
    direction: "maximize",
    trainSeconds: 60,
  })),
  named(/^(main|index|solution|program)\.(m?ts|m?js)$/, (path) => ({
    run: `node ${path}`,
    metric: "score",
    direction: "maximize",
    trainSeconds: 60,
  })),
  onlyScript,
];

/** One suggestion per likely program, the likeliest first; empty when nothing is known. */
export function detectPrograms(folder: string): readonly InitAnswers[] {
  const found = foundIn(folder);
  const guesses = KINDS.flatMap((kind) => kind(found) ?? []);
  return guesses.map((guess) => withBeside({ metric: "score", direction: "minimize", ...guess }, found));
}

/** With the settings that the program's script reads, and where it leaves its score. */
function withBeside(guess: InitAnswers, found: Found): InitAnswers {
  const script = scriptOf(guess.run, found);
  if (script === undefined) return guess;
  const { settings, figure } = besideScript(script, found);
  const program = [...guess.program, ...settings];
  const printed = printedMetric(found.read(script));
  // How long a training took is not what is to get better.
  if (printed !== undefined && (isCost(guess.metric) || !isCost(printed.metric)))
    return { ...guess, program, ...printed };
  if (figure === undefined) return { ...guess, program, ...printed, ...withinLine(guess, script, found) };
  const { path, ...metric } = figure;
  return { ...guess, program, ...metric, run: `${guess.run} && cp ${path} $STROP_OUTPUT/`, file: basename(path) };
}

/** Of a package also what the modules beside its script print. */
function withinLine({ program, metric }: InitAnswers, script: string, { list, read }: Found) {
  if (isCost(metric)) return undefined;
  const folder = dirname(script);
  const beside = program.includes(script) ? [] : list(folder).filter((name) => name.endsWith(".py"));
  const texts = [script, ...beside.map((name) => `${folder}/${name}`)].map(read);
  return texts.map(metricWithinLine).find((one) => one !== undefined);
}

/** The file that a command runs, if need be as a module or through npm. */
const scriptOf = (run: string, found: Found): string | undefined =>
  moduleFile(run, found) ?? SCRIPT.exec(run === NPM_BENCH ? (found.scripts["bench"] ?? "") : run)?.[0];

const SCRIPT = /\S+\.(?:py|[mc]?[jt]s|rb|php|pl|pm|lua|[rR]|jl|java|sh|bash)(?=\s|$)/;

/**
 * Folders in which trainings and builds leave what they made, and files that the script has written: a trial that finds one as it is
 * could not write to it.
 */
export function detectScratch(
  folder: string,
  { run, program }: Pick<InitAnswers, "run" | "program">,
): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const isBuild = (name: string) => BUILDS.test(name) || existsSync(join(folder, name, "CMakeCache.txt"));
  const isLeft = (name: string) => (MAKES.test(run) && isBuild(name)) || (TRAINS.test(run) && TRAININGS.test(name));
  const left = [...folders.filter(isLeft), ...(/\bmvn\b/.test(run) ? mavenTargets(folder) : [])];
  const found = foundIn(folder);
  const script = scriptOf(run, found);
  const written = script === undefined ? [] : besideScript(script, found).written;
  const isProgram = globMatcher(program);
  const isIn = (path: string) => isProgram(path) || left.some((one) => path.startsWith(`${one}/`));
  return [...left, ...written.filter((path) => !isIn(path))].sort();
}

const TRAINS = /\bpython|\.py\b/;
const TRAININGS = /^(?:checkpoints?|ckpts?|runs|logs|outputs|wandb|mlruns|lightning_logs)$/;
const MAKES = /\b(?:c?make|ninja|meson)\b/;
const BUILDS = /^(?:_?build|builddir|cmake-build-.*)$/;

function named(pattern: RegExp, guess: (path: string, found: Found) => Omit<Guess, "program"> & Partial<Guess>) {
  return (found: Found): Guess | null => {
    const path = found.files.find((file) => pattern.test(file));
    return path === undefined ? null : { program: [path], ...guess(shellWord(path), found) };
  };
}

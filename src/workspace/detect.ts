/** Guesses what a folder's program is, for `strop init`: by the files that are there, never by running anything. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import type { Direction } from "../core/task.ts";
import type { Toolchain } from "./host.ts";

/** What `strop init` asks; `metric` and `direction` are guesses that only the user can confirm. */
export interface InitAnswers {
  readonly program: readonly string[];
  readonly run: string;
  readonly metric: string;
  readonly direction: Direction;
  readonly trainSeconds: number;
  /** What has to pass before a score counts: a shell command. */
  readonly check?: string | undefined;
  /** What the run needs of this machine besides what every sandbox sees. */
  readonly toolchain?: Toolchain | undefined;
  /** Folders that every trial finds empty. */
  readonly scratch?: readonly string[] | undefined;
}

interface Found {
  readonly files: readonly string[];
  /** Scripts of package.json. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly python: string;
  /** The Makefile's text. */
  readonly makefile: string;
}

type Guess = Omit<InitAnswers, "metric" | "direction"> & Partial<InitAnswers>;

/** In order of preference; each looks for one kind of program. */
const KINDS: readonly ((found: Found) => Guess | null)[] = [
  named(/^train\.py$/, (path, { python }) => ({ run: `${python} ${path}`, metric: "val_loss", trainSeconds: 300 })),
  named(/^train\.(m?ts|m?js)$/, (path) => ({ run: `node ${path}`, metric: "val_loss", trainSeconds: 60 })),
  ({ scripts, files }) => {
    const main = files.find((file) => scripts["bench"]?.split(/\s+/).includes(file));
    if (scripts["bench"] === undefined) return null;
    return { program: [main ?? "src/**"], run: "npm run --silent bench", metric: "seconds", trainSeconds: 60 };
  },
  ({ makefile, files }) => {
    const target = /^(bench\w*)\s*:(?!=)/m.exec(makefile)?.[1];
    if (target === undefined) return null;
    const program = files.includes("src") ? ["src/**"] : ["*.{c,cc,cpp,h,hpp,rs,go,py,js,ts}", "!*test*"];
    return { program, run: `make -s ${target}`, metric: "seconds", trainSeconds: 60 };
  },
  named(/^bench.*\.(m?ts|m?js)$/, (path) => ({ run: `node ${path}`, metric: "seconds", trainSeconds: 60 })),
  ({ files }) =>
    files.includes("Cargo.toml")
      ? {
          program: ["src/**/*.rs"],
          run: "CARGO_TARGET_DIR=/tmp/target cargo run --release --offline",
          metric: "seconds",
          trainSeconds: 60,
        }
      : null,
  ({ files }) =>
    files.includes("go.mod")
      ? { program: ["**/*.go", "!**/*_test.go"], run: "go run .", metric: "seconds", trainSeconds: 60 }
      : null,
  named(/^main\.go$/, (path) => ({ run: `go run ${path}`, metric: "seconds", trainSeconds: 60 })),
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
];

/** One suggestion per likely program, the likeliest first; empty when nothing is known. */
export async function detectPrograms(folder: string): Promise<readonly InitAnswers[]> {
  const files = (await readdir(folder)).sort();
  const scripts = files.includes("package.json") ? await scriptsOf(join(folder, "package.json")) : {};
  const found = { files, scripts, python: pythonOf(files), makefile: await makefileOf(folder, files) };
  const guesses = KINDS.flatMap((kind) => kind(found) ?? []);
  return guesses.map((guess) => ({ metric: "score", direction: "minimize", ...guess }));
}

/** The interpreter of the folder's virtual environment, if it has one. */
export function pythonOf(files: readonly string[]): string {
  const environment = [".venv", "venv"].find((name) => files.includes(name));
  return environment === undefined ? "python3" : `${environment}/bin/python`;
}

/** Folders in which trainings leave what they made: a trial that finds one as it is could not write to it. */
export async function detectScratch(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const left = /^(?:checkpoints?|ckpts?|runs|logs|outputs|wandb|mlruns|lightning_logs)$/;
  return entries
    .filter((entry) => entry.isDirectory() && left.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

/** Text of the folder's Makefile, or "". */
export async function makefileOf(folder: string, files: readonly string[]): Promise<string> {
  const name = ["GNUmakefile", "makefile", "Makefile"].find((one) => files.includes(one));
  return name === undefined ? "" : readFile(join(folder, name), "utf8");
}

function named(pattern: RegExp, guess: (path: string, found: Found) => Omit<Guess, "program">) {
  return (found: Found): Guess | null => {
    const path = found.files.find((file) => pattern.test(file));
    return path === undefined ? null : { program: [path], ...guess(path, found) };
  };
}

/** A damaged package.json has no scripts: this is a guess, not a check. */
export async function scriptsOf(path: string): Promise<Record<string, string>> {
  try {
    const content: unknown = JSON.parse(await readFile(path, "utf8"));
    return (content as { scripts?: Record<string, string> } | null)?.scripts ?? {};
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return {};
    throw thrown;
  }
}

/** Writes the first strop.config of a folder, with a comment on every line that a user will want to change. */
import { lstat, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { StropError, messageOf } from "../core/errors.ts";
import type { InitAnswers } from "./detect/guess.ts";
import { exclusions, findFiles, globMatcher } from "./program.ts";
import { CONFIG_FILES } from "./config/read-config.ts";
import type { TaskConfig } from "./config/schema.ts";
import type { Toolchain } from "./detect/host.ts";

export type ConfigFormat = "ts" | "json";

export interface WrittenFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
}

/**
 * Writes the config and sees to it that git ignores `.strop/`; returns what was written, whole texts.
 * Throws StropError `config.exists` rather than overwrite, `program.missing` for globs that match nothing, and
 * `config.not-writable`.
 */
export async function initTask(
  folder: string,
  answers: InitAnswers,
  options: { readonly format?: ConfigFormat } = {},
): Promise<{ written: readonly WrittenFile[] }> {
  const present = await findConfigFile(folder);
  if (present !== undefined) throw configExists(present);
  await expectProgram(folder, answers.program);
  const program = [...answers.program, ...(await exclusions(folder, answers.program))];
  const format = options.format ?? "ts";
  return writeConfig(folder, {
    path: `strop.config.${format}`,
    text: (format === "ts" ? typescriptConfig : jsonConfig)({ ...answers, program }),
  });
}

export const configExists = (found: string): StropError =>
  new StropError("config.exists", `expected a folder without a config, found ${found}`, {
    hint: "edit it, or delete it and run `strop init` again",
  });

/** Spells out a config that was assumed, for the user to change. Throws StropError `config.not-writable`. */
export const initAssumed = (folder: string, config: TaskConfig): Promise<{ written: readonly WrittenFile[] }> =>
  writeConfig(folder, { path: "strop.config.json", text: json(config) });

async function writeConfig(folder: string, config: WrittenFile): Promise<{ written: readonly WrittenFile[] }> {
  const written = [config, ...(await ignoreFile(folder))];
  try {
    for (const { path, text } of written)
      await writeFile(join(folder, path), text, { flag: path === ".gitignore" ? "w" : "wx" });
  } catch (cause) {
    throw new StropError(
      "config.not-writable",
      `expected to be able to write into ${folder}, found: ${messageOf(cause)}`,
      {
        hint: "check the folder's permissions",
        cause,
      },
    );
  }
  return { written };
}

/** Name of the folder's config, if it has one. */
export const findConfigFile = async (folder: string): Promise<string | undefined> =>
  (await readdir(folder)).find((name) => CONFIG_FILES.includes(name));

/** Whether the globs match anything. */
export async function isProgramThere(folder: string, globs: readonly string[]): Promise<boolean> {
  const paths = await findFiles(folder, globs, { isWanted: globMatcher(globs), followLinks: false });
  for (const path of paths) if (await lstat(join(folder, path)).catch(() => undefined)) return true;
  return false;
}

/** Better said now than when the config is first used. */
async function expectProgram(folder: string, globs: readonly string[]): Promise<void> {
  if (await isProgramThere(folder, globs)) return;
  throw new StropError("program.missing", `expected the program at ${globs.join(", ")}, found no such file`, {
    hint: `name the files that may be edited, such as --program "src/*.py"; paths are relative to ${folder}`,
  });
}

/** The user's .gitignore with one line more, or nothing when it is there already. */
async function ignoreFile(folder: string): Promise<WrittenFile[]> {
  const path = join(folder, ".gitignore");
  const info = await lstat(path).catch(() => undefined);
  if (info !== undefined && !info.isFile()) return [];
  const before = info === undefined ? "" : await readFile(path, "utf8");
  if (/^\/?\.strop\/?\s*$/m.test(before)) return [];
  const end = before.includes("\r\n") ? "\r\n" : "\n";
  const gap = before === "" || before.endsWith("\n") ? "" : end;
  return [{ path: ".gitignore", text: `${before}${gap}.strop/${end}` }];
}

const text = (value: unknown): string => JSON.stringify(value);

const json = (config: object): string =>
  `${JSON.stringify({ $schema: "./node_modules/strop/schema.json", ...config }, null, 2)}\n`;

/** Of a config's command, what is not empty. */
const withToolchain = ({ env, mounts }: Toolchain): object => ({
  ...(Object.keys(env).length > 0 && { env }),
  ...(mounts.length > 0 && { mounts }),
});

/** As a config has it: a command alone, or with what it needs. The tests need what the program does. */
const action = (command: string, { toolchain, gpu = false }: InitAnswers): string | object =>
  toolchain === undefined && !gpu
    ? command
    : { command, ...(toolchain !== undefined && withToolchain(toolchain)), ...(gpu && { gpu }) };

function whereMetricIs({ metric, pattern, file }: InitAnswers): string {
  if (file !== undefined) return `It leaves its score in the folder $STROP_OUTPUT, in ${file}.`;
  return pattern !== undefined
    ? "Its score is what the pattern finds last in what it prints."
    : `It must print its score as a line of its own: \`${metric}: 0.123\``;
}

const metricPlace = ({ pattern, file }: InitAnswers): string =>
  `${pattern === undefined ? "" : `, pattern: ${text(pattern)}`}${file === undefined ? "" : `, file: ${text(file)}`}`;

const scratchLine = ({ scratch = [] }: InitAnswers): string =>
  scratch.length === 0
    ? ""
    : `
  // What the program writes: every trial finds these folders empty and these files gone.
  scratch: ${text(scratch)},
`;

const typescriptConfig = (answers: InitAnswers): string => `\
// What strop improves here. Every key: docs/tasks.md of strop, or your editor's completion.
import type { TaskConfig } from "strop";

export default {
  // The files that may be edited: not those that measure them. Everything else in this folder stays as it is during a run.
  program: ${text(answers.program.length === 1 ? answers.program[0] : answers.program)},

  // How the program is run. ${whereMetricIs(answers)}
  run: ${text(action(answers.run, answers))},
  metric: { name: ${text(answers.metric)}, direction: ${text(answers.direction)}${metricPlace(answers)} },
${scratchLine(answers)}
  // What has to pass before a score counts, such as your tests: a program that skips its work is fast, too.
  ${answers.check === undefined ? '// check: "make test"' : `check: ${text(action(answers.check, answers))}`},

  // A scorer that the program cannot influence, run on what the program leaves in the folder $STROP_OUTPUT:
  // evaluate: "python3 evaluate.py",

  // What one trial may use. The clock starts at the first step that the program prints, at the latest after startupSeconds (120).
  budget: {
    trainSeconds: ${answers.trainSeconds},
    // memory: "4GB",
  },

  // Without a condition a run goes on until you press Ctrl-C. Running again continues.
  stop: { trials: 100 },
} satisfies TaskConfig;
`;

const jsonConfig = (answers: InitAnswers): string =>
  json({
    program: answers.program.length === 1 ? answers.program[0] : answers.program,
    ...(answers.scratch !== undefined && answers.scratch.length > 0 && { scratch: answers.scratch }),
    run: action(answers.run, answers),
    ...(answers.check !== undefined && { check: action(answers.check, answers) }),
    metric: {
      name: answers.metric,
      direction: answers.direction,
      ...(answers.pattern !== undefined && { pattern: answers.pattern }),
      ...(answers.file !== undefined && { file: answers.file }),
    },
    budget: { trainSeconds: answers.trainSeconds },
    stop: { trials: 100 },
  });

/** `strop init`: a first strop.config for the user's own program. Suggests, asks, writes; never overwrites. */

import { homedir } from "node:os";
import { join } from "node:path";
import { cancel, intro, isCancel, log, outro, select, text } from "@clack/prompts";

import { homeFolder } from "../../core/home-folder.ts";
import { StropError } from "../../core/errors.ts";
import { isCost } from "../../core/metric.ts";
import { speaksOfGpu } from "../../loop/advice/gpu-note.ts";
import { gpuDevices } from "../../sandbox/gpu.ts";
import { type AgentFiles, serversText, writeAgentFiles } from "../../workspace/agent-files.ts";
import { detectCheck } from "../../workspace/detect/check.ts";
import { detectPrograms, detectScratch } from "../../workspace/detect/detect.ts";
import { textOf } from "../../workspace/detect/found.ts";
import { type InitAnswers, isTimed } from "../../workspace/detect/guess.ts";
import { configExists, findConfigFile, initAssumed, initTask, isProgramThere } from "../../workspace/init.ts";
import { findLayout } from "../../workspace/layouts/find-layout.ts";
import { taskFolder } from "../../workspace/load-task.ts";
import { findFiles, globMatcher } from "../../workspace/program.ts";
import { findOnPath, toolchainOf } from "../../workspace/detect/toolchain.ts";
import { commandName } from "../command-name.ts";
import { EXIT } from "../exit-code.ts";
import { dim } from "../screen/style.ts";

export interface InitOptions {
  readonly program?: readonly string[];
  readonly runCommand?: string;
  readonly metric?: string;
  readonly maximize?: boolean;
  readonly check?: string;
  /** Also what a coding agent needs to work with strop. */
  readonly agent?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export async function initCommand(path: string, options: InitOptions): Promise<number> {
  const folder = await taskFolder(path);
  const present = await findConfigFile(folder);
  const layout = present !== undefined || namesAny(options) ? null : await findLayout(folder);
  // A folder that needs no config, or has one, may get the agent's files alone.
  if (options.agent === true && (present !== undefined || layout !== null))
    return report(options, await writeAgentFiles(folder, commandWords()), {});
  if (present !== undefined) throw configExists(present);
  if (layout !== null) {
    const { config } = await layout.assume();
    return report(options, { ...NOTHING, ...(await initAssumed(folder, config)) }, {});
  }
  const [suggestion] = detectPrograms(folder);
  const named = withOptions(suggestion, options);
  const start = {
    ...((isCost(named.metric ?? "") || named.file !== undefined) && { check: detectCheck(folder) }),
    ...named,
  };
  const quiet = options.yes === true || options.json === true || !process.stdin.isTTY;
  const answered = quiet ? complete(start) : await ask(folder, start);
  if (answered === undefined) return EXIT.interrupted;
  const toolchain = toolchainOf(answered.run, { ...HOST, folder });
  const scratch = detectScratch(folder, answered);
  const answers = {
    ...answered,
    ...((await needsGpu(folder, answered.program)) && { gpu: true }),
    ...(toolchain !== undefined && { toolchain }),
    ...(scratch.length > 0 && { scratch }),
  };
  const { written } = await initTask(folder, answers);
  const agent = options.agent === true ? await writeAgentFiles(folder, commandWords()) : NOTHING;
  return report(options, { written: [...written, ...agent.written], kept: agent.kept }, answers);
}

/** What the user's own program asks for is written down for the user to see; later a candidate could ask for it. */
async function needsGpu(folder: string, globs: readonly string[]): Promise<boolean> {
  if (gpuDevices().length === 0) return false;
  const paths = await findFiles(folder, globs, { isWanted: globMatcher(globs), followLinks: false });
  return speaksOfGpu(paths.map((path) => textOf(join(folder, path))));
}

const namesAny = ({ program, runCommand, metric, maximize, check }: InitOptions): boolean =>
  [program, runCommand, metric, maximize, check].some((given) => given !== undefined);

const HOST = { find: findOnPath, home: homeFolder(homedir), variables: process.env };

const NOTHING: AgentFiles = { written: [], kept: [] };

/**
 * How an agent starts strop. `npm run` is no way to start a server, as it prints on standard output; and where strop runs
 * from its sources, no package of its name is installed.
 */
function commandWords(): string[] {
  const [node, main = ""] = process.argv;
  if (main.endsWith(".ts")) return [node as string, main];
  return commandName() === "strop" ? ["strop"] : ["npx", "strop"];
}

function report({ json, agent }: InitOptions, { written, kept }: AgentFiles, answers: Partial<InitAnswers>): number {
  const paths = written.map((file) => file.path);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ written: paths, ...(agent === true ? { kept } : {}), ...answers })}\n`);
    return EXIT.done;
  }
  const lines = [
    paths.length === 0 ? "nothing to write" : `wrote ${paths.join(", ")}`,
    ...(answers.check === undefined ? [] : [`\`${answers.check}\` has to pass before a score counts`]),
    ...seen(answers),
    ...besides(answers),
    ...(isTimed(answers.run ?? "") ? ["it prints no number that is known, so `run` measures its time"] : []),
    ...(answers.gpu === true
      ? ["the program speaks of a GPU, so `run` is shown this machine's; without `gpu: true` it is not"]
      : []),
    ...(answers.scratch === undefined
      ? []
      : [`of what the program writes a trial finds nothing: ${answers.scratch.join(", ")}`]),
    ...(kept.length > 0 ? [`left as they are: ${kept.join(", ")}`] : []),
    ...(kept.includes(".mcp.json") ? [`.mcp.json needs this server:\n${serversText(commandWords())}`] : []),
    dim(
      agent === true
        ? "next: restart your agent here, and ask it to improve the program with strop"
        : `next: read it, then ${commandName()} run --for ${firstSession(answers)}`,
    ),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}

/** Before the first edit four to seven runs measure the noise: of minutes each, they would outlast a short session. */
const firstSession = ({ trainSeconds = 0 }: Partial<InitAnswers>): string => (trainSeconds > 60 ? "8h" : "10m");

/** One number is improved, and nobody should learn in the morning that it was another benchmark's. */
function besides({ others = [] }: Partial<InitAnswers>): string[] {
  if (others.length === 0) return [];
  const names = [...others.slice(0, MOST_NAMES), ...(others.length > MOST_NAMES ? ["…"] : [])].join(", ");
  return [`of ${others.length + 1} benchmarks \`run\` times the first; to improve another, name it there: ${names}`];
}

const MOST_NAMES = 6;

/** What the program's sandbox is given is for the user to know. */
function seen({ toolchain }: Partial<InitAnswers>): string[] {
  if (toolchain === undefined) return [];
  const { env, mounts } = toolchain;
  const does = [
    ...(Object.keys(env).length === 0 ? [] : [`sets ${Object.keys(env).join(" and ")}`]),
    ...(mounts.length === 0 ? [] : [`lets the program read ${mounts.join(" and ")}`]),
  ];
  return [`of this machine a sandbox sees /usr alone, so \`run\` ${does.join(" and ")}`];
}

function withOptions(suggestion: InitAnswers | undefined, options: InitOptions): Partial<InitAnswers> {
  return {
    ...(suggestion !== undefined && readBy(suggestion, { run: options.runCommand, metric: options.metric })),
    ...(options.program === undefined ? {} : { program: options.program }),
    ...(options.runCommand === undefined ? {} : { run: options.runCommand }),
    ...(options.metric === undefined ? {} : { metric: options.metric }),
    ...(options.maximize === true ? { direction: "maximize" as const } : {}),
    ...(options.check === undefined ? {} : { check: options.check }),
  };
}

/** What another command prints, or another number, is not where the suggestion has it. */
function readBy(suggestion: InitAnswers, { run, metric }: { run?: string | undefined; metric?: string | undefined }) {
  const { pattern: _pattern, file: _file, others: _others, ...rest } = suggestion;
  const isSame = (run ?? suggestion.run) === suggestion.run && (metric ?? suggestion.metric) === suggestion.metric;
  return isSame ? suggestion : rest;
}

function complete({
  program,
  run,
  metric = "score",
  direction = "minimize",
  trainSeconds = 60,
  check,
  pattern,
  file,
  others,
}: Partial<InitAnswers>): InitAnswers {
  if (program === undefined || run === undefined) {
    throw new StropError(
      "config.no-program",
      "expected a program that strop recognises (train.py, bench.ts, Makefile, Cargo.toml, pom.xml …), found none",
      {
        hint: 'say what it is: strop init --program "src/*.py" --run-command "python3 src/main.py" --metric score',
      },
    );
  }
  return { program, run, metric, direction, trainSeconds, check, pattern, file, others };
}

/** Undefined when the user leaves. */
async function ask(folder: string, start: Partial<InitAnswers>): Promise<InitAnswers | undefined> {
  intro("What should get better?");
  const program = await askProgram(folder, start.program);
  if (program === undefined) return undefined;
  const run = await question("How is it run?", start.run);
  if (run === undefined) return undefined;
  const metric = await question("Which number does it print, as `name: value`?", start.metric ?? "score");
  if (metric === undefined) return undefined;
  const direction = await select({
    message: `Is a lower or a higher ${metric} better?`,
    options: [
      { value: "minimize" as const, label: "lower" },
      { value: "maximize" as const, label: "higher" },
    ],
    initialValue: start.direction ?? "minimize",
  });
  if (isCancel(direction)) return leave();
  const seconds = await question("How many seconds may one trial take?", String(start.trainSeconds ?? 60), (value) =>
    Number.isFinite(Number(value)) && Number(value) > 0 ? undefined : "expected a number above 0",
  );
  if (seconds === undefined) return undefined;
  const check = await question(
    "What has to pass before a score counts, such as your tests? (- for nothing)",
    start.check ?? "-",
  );
  if (check === undefined) return undefined;
  outro("Good.");
  const given = check === "-" ? {} : { check };
  const read =
    start.run === run && start.metric === metric
      ? { pattern: start.pattern, file: start.file, others: start.others }
      : {};
  return { program, run, metric, direction, trainSeconds: Number(seconds), ...given, ...read };
}

/** Asked again where nothing is there: better now than after five questions more. */
async function askProgram(folder: string, found: readonly string[] | undefined): Promise<string[] | undefined> {
  let typed = found?.join(" ");
  for (;;) {
    typed = await question("Which files may be edited? (paths or globs such as src/*.py, separated by spaces)", typed);
    if (typed === undefined) return undefined;
    const program = typed.split(/\s+/);
    if (await isProgramThere(folder, program)) return program;
    log.warn(`no such file in ${folder}`);
  }
}

async function question(
  message: string,
  initialValue = "",
  problemOf: (answer: string) => string | undefined = () => undefined,
): Promise<string | undefined> {
  const answer = await text({
    message,
    initialValue,
    validate: (value = "") => (value.trim() === "" ? "expected an answer" : problemOf(value)),
  });
  return isCancel(answer) ? leave() : answer.trim();
}

function leave(): undefined {
  cancel("nothing was written");
  return undefined;
}

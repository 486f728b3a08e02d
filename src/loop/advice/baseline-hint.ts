/** What to do about a baseline that gave no score, by how it ended and what it printed. Knows the user's machine, never the journal. */
import { homedir } from "node:os";
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { homeFolder } from "../../core/home-folder.ts";
import type { CommandAction, Task } from "../../core/task.ts";
import type { Outcome } from "../../core/trial.ts";
import { findOnPath, toolchainOf } from "../../workspace/detect/toolchain.ts";
import type { Host, Toolchain } from "../../workspace/detect/host.ts";
import { gpuHint } from "./gpu-note.ts";
import { limitHint } from "./limit-hint.ts";
import { scoreHint } from "./score-hint.ts";

export interface FailedBaseline {
  readonly task: Task;
  /** The task's, absolute. */
  readonly folder: string;
  readonly outcome: Outcome;
  /** The sandbox's tier. */
  readonly tier: string;
}

interface Machine extends Pick<Host, "find" | "home" | "variables"> {
  readonly isRoot?: boolean;
}

const THIS: Machine = {
  find: findOnPath,
  home: homeFolder(homedir),
  variables: process.env,
  isRoot: process.getuid?.() === 0,
};

/** In order of preference. */
const HINTS: readonly ((failed: FailedBaseline, machine: Machine) => string | undefined)[] = [
  readOnly,
  rustup,
  nodePackage,
  notFound,
  missingPackage,
  cargoPackage,
  mavenPackage,
  goModule,
  noNetwork,
  withheld,
  elsewhere,
  unreadable,
  outOfTime,
  ({ task, tier, outcome }) => gpuHint(wordsOf(outcome), { run: task.run, tier }),
  ({ outcome }) => limitHint(outcome),
  ({ task, outcome }) => scoreHint(task, outcome),
  referee,
];

/** One or two sentences; `machine` is a parameter for tests. */
export function baselineHint(failed: FailedBaseline, machine: Machine = THIS): string {
  for (const hint of HINTS) {
    const found = hint(failed, machine);
    if (found !== undefined) return found;
  }
  return "make the program run and report its metric, then run strop again; `strop doctor` checks the machine";
}

/** All that is known of how it ended. */
const wordsOf = ({ reason, diagnostics }: Outcome): string => `${reason}\n${diagnostics.outputTail}`;

/** Which key of the config names the command that failed. */
const failedKey = ({ reason }: Outcome): "run" | "check" | "evaluate" =>
  reason.startsWith("the check command failed") ? "check" : reason.startsWith("the evaluator ") ? "evaluate" : "run";

function referee({ outcome }: FailedBaseline): string | undefined {
  const key = failedKey(outcome);
  return key === "run"
    ? undefined
    : `correct \`${key}\` in the config, or what it runs: it has to accept the program as it is`;
}

function rustup(failed: FailedBaseline, machine: Machine): string | undefined {
  if (!/rustup could not/.test(failed.outcome.reason)) return undefined;
  const rustupHome = machine.variables["RUSTUP_HOME"] ?? join(machine.home, ".rustup");
  const given = { env: { PATH: "…", RUSTUP_HOME: rustupHome }, mounts: ["~/.cargo/bin", "~/.rustup"] };
  return `a sandbox has an empty HOME; name Rust's in the config: ${commandKey(failed, given)}`;
}

/** A program that the shell, or prlimit for a list of arguments, could not start. */
function notFound(failed: FailedBaseline, machine: Machine): string | undefined {
  const { reason } = failed.outcome;
  const name =
    /code 127:.*?\s(\S+): (?:command )?not found/.exec(reason)?.[1] ??
    /failed to execute (.+?): No such file/.exec(reason)?.[1] ??
    /code 12[67]:.*?\s(\S+): (?:bad interpreter|No such file)/.exec(reason)?.[1];
  if (name === undefined) return undefined;
  const toolchain = toolchainFor(failed, machine);
  const given = toolchain === undefined ? "" : `; give it more in the config: ${commandKey(failed, toolchain)}`;
  if (name.includes("/")) {
    if (!existsSync(join(failed.folder, name))) return undefined;
    return `${name} is there, but what it starts with (its first line, or what it links to) lies where no sandbox looks: of this machine it sees /usr alone${given}`;
  }
  const folder = dirname(machine.find(name) ?? "/its/bin/folder");
  const mounts = folder.startsWith("/usr/") ? [] : [dirname(folder)];
  const guess = { env: { PATH: `${folder}:/usr/bin:/bin` }, mounts };
  return (
    "a sandbox looks for programs in /usr/local/bin, /usr/bin and /bin, and sees /usr alone; " +
    `give it more in the config: ${commandKey(failed, toolchain ?? guess)}`
  );
}

function missingPackage(failed: FailedBaseline, machine: Machine): string | undefined {
  const { outcome, tier, folder } = failed;
  const name = /No module named '?([\w.]+)/.exec(wordsOf(outcome))?.[1];
  if (name === undefined || tier === "none") return undefined;
  const own = ["src", "."].find((place) => existsSync(join(folder, place, name.split(".")[0] ?? name)));
  if (own !== undefined)
    return `${name} is in the task's folder; say where: ${commandKey(failed, { env: { PYTHONPATH: own }, mounts: [] })}`;
  const toolchain = toolchainFor(failed, machine);
  const { mounts = [] } = commandOf(failed) ?? {};
  if (toolchain === undefined && mounts.length > 0)
    return `${name} is not installed in the Python that \`${failedKey(outcome)}\` names: install it there (python -m pip install ${name})`;
  return toolchain === undefined
    ? `a sandbox sees no packages of your home: install ${name} into a virtual environment in the task's folder (python3 -m venv .venv && .venv/bin/pip install ${name}), and let \`${failedKey(outcome)}\` begin with .venv/bin/python`
    : `the sandbox runs another Python than you do; name yours in the config: ${commandKey(failed, toolchain)}`;
}

/** In a monorepo the packages of all lie in the folder above. */
function nodePackage({ outcome, folder }: FailedBaseline): string | undefined {
  const missing = /Cannot find (?:package|module) '([^./'][^']*)'|code 127:.*?\s([\w@.-]+): not found/.exec(
    wordsOf(outcome),
  );
  const name = missing?.[1] ?? `.bin/${missing?.[2]}`;
  if (missing === null || !existsSync(join(folder, "package.json"))) return undefined;
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above))
    if (existsSync(join(above, "node_modules", name)))
      return `its packages are in ${join(above, "node_modules")}, and a sandbox sees the task's folder alone: make ${above} the task's folder (\`strop init\` there; \`program\` and \`run\` then begin at ${relative(above, folder)})`;
  return undefined;
}

function cargoPackage(failed: FailedBaseline, machine: Machine): string | undefined {
  if (!/no matching package named|you may wish to retry without `--offline`/.test(wordsOf(failed.outcome)))
    return undefined;
  const toolchain = toolchainFor(failed, machine);
  return toolchain?.env["CARGO_HOME"] === undefined
    ? "a sandbox has no network: run `cargo fetch`, then strop again"
    : `a sandbox has an empty HOME; name the packages that cargo has fetched in the config: ${commandKey(failed, toolchain)}`;
}

function mavenPackage(failed: FailedBaseline, machine: Machine): string | undefined {
  if (!/Cannot access .* in offline mode/.test(wordsOf(failed.outcome))) return undefined;
  const action = commandOf(failed);
  const called =
    /(?:^|\s)(\S*\bmvnw?\s[^&|;]*)/.exec(action === undefined ? "" : shellText(action))?.[1] ?? "mvn compile";
  const online = called.trim().replace(/\s(?:-o|--offline)(?=\s|$)/, "");
  const toolchain = toolchainFor(failed, machine);
  const given = toolchain === undefined ? "" : `; the sandbox has an empty HOME: ${commandKey(failed, toolchain)}`;
  return `a sandbox has no network: run it once outside, and without \`-o\`, so that Maven downloads what is missing (\`${online}\`), then strop again${given}`;
}

function goModule({ outcome }: FailedBaseline): string | undefined {
  const said = wordsOf(outcome);
  if (!/missing go\.sum entry|no required module provides package|updates to go\.mod needed/.test(said))
    return undefined;
  const proposed = /\bgo (?:get|mod (?:tidy|download))\b[^\n;]*/.exec(said)?.[0].trim() ?? "go mod tidy";
  return `a sandbox has no network, and changes no go.mod and no go.sum: run \`${proposed}\` outside, then strop again`;
}

function noNetwork(failed: FailedBaseline, machine: Machine): string | undefined {
  const isOffline =
    /name resolution|Name or service not known|Network is unreachable|\bENOTFOUND|EAI_AGAIN|getaddrinfo|resolve host|dial tcp/i;
  if (failed.tier === "none" || !isOffline.test(wordsOf(failed.outcome))) return undefined;
  const toolchain = toolchainFor(failed, machine);
  const given = toolchain === undefined ? "`mounts` in docs/tasks.md" : commandKey(failed, toolchain);
  return `a sandbox has no network: download what the program needs before, and let it read that: ${given}`;
}

/** Most often a folder of an earlier build or training, which is there as the user left it. */
function readOnly({ outcome, task, folder }: FailedBaseline): string | undefined {
  const said = wordsOf(outcome);
  const tree = /current CMakeCache\.txt directory \/box\/(\S+?)\/CMakeCache\.txt is different/.exec(said)?.[1];
  if (tree !== undefined)
    return `${tree} was built where it lies, and a trial runs elsewhere: let every trial find it empty (${scratchKey(task, tree)})`;
  if (!/Read-only file system|EROFS/.test(said)) return undefined;
  const path = /([\w./-]+)['"]?: Read-only file system|(?:Read-only file system|EROFS)\W[^'\n]*'([^']+)'/.exec(said);
  const file = (path?.[1] ?? path?.[2] ?? "").replace(/^(?:\/box\/|\.\/)/, "");
  const where = "let it write to /tmp, to $STROP_OUTPUT, or to a new folder";
  const [first = "", ...rest] = file.split("/");
  if (!/^[^/].*\w/.test(file) || !existsSync(join(folder, first))) {
    const saved = savedModels(folder);
    const without =
      saved.length === 0
        ? ""
        : `let every trial begin without ${saved.join(", ")}, if the program writes that (${scratchKey(task, ...saved)}), or `;
    return `what a trial finds in the task's folder is read-only, but for the program: ${without}${where}`;
  }
  const begin =
    rest.length === 0
      ? `begin without it (${scratchKey(task, file)})`
      : `find it empty (${scratchKey(task, first)}), or begin without that file alone ("${file}")`;
  return `${first} is in the task's folder, so that a trial finds it there read-only: let every trial ${begin}, or ${where}`;
}

const scratchKey = ({ scratch = [] }: Task, ...paths: string[]): string =>
  `"scratch": ${JSON.stringify([...scratch, ...paths])} in the config`;

/** What earlier runs may have left: PyTorch does not say which file it could not open. Folders for what lies in them. */
function savedModels(folder: string): string[] {
  const isModel = (name: string) => /\.(?:pth?|ckpt|safetensors|h5|keras|onnx)$/.test(name);
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !/^\.|^node_modules$|^venv$/.test(name))
    .filter((at) => (at.isDirectory() ? readdirSync(join(folder, at.name)).some(isModel) : isModel(at.name)))
    .map(({ name }) => name)
    .toSorted();
}

/** A file that is likely to hold keys (workspace/program.ts). */
function withheld({ outcome }: FailedBaseline): string | undefined {
  const said = wordsOf(outcome).split("\n");
  const line = said.find((each) => /no such file|ENOENT|FileNotFound/i.test(each)) ?? "";
  const name = /(?<![\w.])(\.(?:env(?:\.\w+)?|envrc|npmrc|netrc|pypirc|aws|kube|ssh))(?!\w)/.exec(line)?.[1];
  return (
    name &&
    `no trial is shown ${name}, which may hold keys, unless the config names it: "environment": ["**", "${name}"]`
  );
}

/** A data set on another disk, named by its path or by a link. */
function elsewhere(failed: FailedBaseline, { home }: Machine): string | undefined {
  const { outcome, folder, tier } = failed;
  if (tier === "none") return undefined;
  const lines = wordsOf(outcome)
    .split("\n")
    .filter((line) => /no such file|ENOENT|FileNotFound|not found|does not exist/i.test(line));
  for (const [, quoted, bare = ""] of lines.join("\n").matchAll(/['"]([^'"\n]+)['"]|([~\w.+-]*\/[^\s'"`():,]+)/g)) {
    const path = resolve(folder, (quoted ?? bare).replace(/^\/box\//, "").replace(/^(?:~|\/tmp\/home)(?=\/)/, home));
    if (!existsSync(path)) continue;
    const real = realpathSync(path);
    if (!relative(folder, real).startsWith("..") || /^\/(?:usr|proc|dev)\//.test(real)) continue;
    // Of a home, or of a disk's top, no more than the file.
    const isFolder = statSync(real).isDirectory();
    const above = isFolder ? real : dirname(real);
    const mount = above === home || dirname(above) === "/" ? real : above;
    return `a sandbox does not see ${real}, which lies outside the task's folder; let the program read it: ${commandKey(failed, { env: {}, mounts: [mount] })}`;
  }
  return undefined;
}

/** What root alone may read is not shown to a program that does not run as root. */
function unreadable({ outcome, tier }: FailedBaseline, { isRoot = false }: Machine): string | undefined {
  const said = wordsOf(outcome);
  if (!isRoot || !tier.startsWith("bubblewrap") || !/Permission denied|EACCES/.test(said)) return undefined;
  return "you are root, and a sandbox runs programs as nobody: let everybody read the task's files (chmod -R a+rX .)";
}

function outOfTime(failed: FailedBaseline, machine: Machine): string | undefined {
  const { task, outcome } = failed;
  const key = failedKey(outcome);
  const { trainSeconds, startupSeconds, evaluateSeconds } = task.budget;
  if (key !== "run" && / ran longer than \d/.test(outcome.reason)) {
    const toolchain = toolchainFor(failed, machine);
    const built =
      toolchain?.env["GOCACHE"] === undefined
        ? ""
        : `, or let it read what is compiled already: ${commandKey(failed, toolchain)}`;
    return `give \`${key}\` more time: budget.evaluateSeconds in the config, now ${evaluateSeconds}${built}`;
  }
  if (outcome.status !== "timed-out") return undefined;
  return (
    `give it more time (--budget 60, or budget.trainSeconds in the config, now ${trainSeconds}), or let it print its steps: ` +
    `until the first, it has ${startupSeconds} seconds (budget.startupSeconds)`
  );
}

const commandOf = ({ task, outcome }: FailedBaseline): CommandAction | undefined => {
  const action = task[failedKey(outcome)];
  return action?.kind === "command" ? action : undefined;
};

/** What the command needs and has not been given. */
function toolchainFor(failed: FailedBaseline, machine: Machine): Toolchain | undefined {
  const action = commandOf(failed);
  const found =
    action === undefined ? undefined : toolchainOf(shellText(action), { ...machine, folder: failed.folder });
  if (action === undefined || found === undefined) return undefined;
  const isGiven =
    found.mounts.every((mount) => action.mounts.includes(mount)) &&
    Object.keys(found.env).every((name) => action.env[name] !== undefined);
  return isGiven ? undefined : found;
}

/** A string in the config is run by `sh -c`. */
const isShell = ({ argv }: CommandAction): boolean => argv[0] === "sh" && argv[1] === "-c" && argv.length === 3;

const shellText = (action: CommandAction): string => (isShell(action) ? (action.argv[2] ?? "") : action.argv.join(" "));

/** As the config has it, but for long scripts. */
const commandIn = (action: CommandAction): string | string[] =>
  isShell(action) ? shellText(action) : action.argv.map((word) => (word.length > 400 ? "…" : word));

/** The key as it may be copied into a config, JSON or not: what it has, and what is to be added. */
function commandKey(failed: FailedBaseline, toolchain: Toolchain): string {
  const action = commandOf(failed);
  if (action === undefined) return "";
  const env = { ...action.env, ...toolchain.env };
  const mounts = [...new Set([...action.mounts, ...toolchain.mounts])];
  const value = {
    command: commandIn(action),
    ...(Object.keys(env).length > 0 && { env }),
    ...(mounts.length > 0 && { mounts }),
  };
  return `"${failedKey(failed.outcome)}": ${JSON.stringify(value)}`;
}

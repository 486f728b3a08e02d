/** What to do about a baseline that gave no score, by how it ended and what it printed. Knows the user's machine, never the journal. */
import { homedir } from "node:os";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { homeFolder } from "../core/home-folder.ts";
import type { CommandAction, Task } from "../core/task.ts";
import type { Outcome } from "../core/trial.ts";
import { findOnPath, toolchainOf } from "../workspace/toolchain.ts";
import type { Host, Toolchain } from "../workspace/host.ts";

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
  referee,
  rustup,
  notFound,
  missingPackage,
  noNetwork,
  withheld,
  unreadable,
  outOfTime,
  outOfMemory,
  noScore,
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

function referee({ outcome }: FailedBaseline): string | undefined {
  const key = /^the (check) command failed|^the (evaluator) /.exec(outcome.reason);
  if (key === null) return undefined;
  return `correct \`${key[1] ?? "evaluate"}\` in the config, or what it runs: it has to accept the program as it is`;
}

function rustup({ outcome, task }: FailedBaseline, machine: Machine): string | undefined {
  if (!/rustup could not/.test(outcome.reason)) return undefined;
  const rustupHome = machine.variables["RUSTUP_HOME"] ?? join(machine.home, ".rustup");
  const given = { env: { PATH: "…", RUSTUP_HOME: rustupHome }, mounts: ["~/.cargo/bin", "~/.rustup"] };
  return `a sandbox has an empty HOME; name Rust's in the config: ${runKey(task, given)}`;
}

/** A program that the shell, or prlimit for a list of arguments, could not start. */
function notFound(failed: FailedBaseline, machine: Machine): string | undefined {
  const { reason } = failed.outcome;
  const name =
    /exit code 127:.*?\s(\S+): (?:command )?not found/.exec(reason)?.[1] ??
    /failed to execute (.+?): No such file/.exec(reason)?.[1] ??
    /exit code 12[67]:.*?\s(\S+): (?:bad interpreter|No such file)/.exec(reason)?.[1];
  if (name === undefined) return undefined;
  const toolchain = toolchainFor(failed, machine);
  const given = toolchain === undefined ? "" : `; give it more in the config: ${runKey(failed.task, toolchain)}`;
  if (name.includes("/")) {
    if (!existsSync(join(failed.folder, name))) return undefined;
    return `${name} is there, but what it starts with (its first line, or what it links to) lies where no sandbox looks: of this machine it sees /usr alone${given}`;
  }
  const folder = dirname(machine.find(name) ?? "/its/bin/folder");
  const mounts = folder.startsWith("/usr/") ? [] : [dirname(folder)];
  const guess = { env: { PATH: `${folder}:/usr/bin:/bin` }, mounts };
  return (
    "a sandbox looks for programs in /usr/local/bin, /usr/bin and /bin, and sees /usr alone; " +
    `give it more in the config: ${runKey(failed.task, toolchain ?? guess)}`
  );
}

function missingPackage(failed: FailedBaseline, machine: Machine): string | undefined {
  const name = /No module named '?([\w.]+)/.exec(wordsOf(failed.outcome))?.[1];
  if (name === undefined || failed.tier === "none") return undefined;
  const toolchain = toolchainFor(failed, machine);
  return toolchain === undefined
    ? `a sandbox sees no packages of your home: install ${name} into a virtual environment in the task's folder (python3 -m venv .venv && .venv/bin/pip install ${name}), and let \`run\` begin with .venv/bin/python`
    : `the sandbox runs another Python than you do; name yours in the config: ${runKey(failed.task, toolchain)}`;
}

function noNetwork({ outcome, tier }: FailedBaseline): string | undefined {
  const said = wordsOf(outcome);
  const isOffline =
    /name resolution|Name or service not known|Network is unreachable|\bENOTFOUND|EAI_AGAIN|getaddrinfo/i;
  if (tier === "none" || !isOffline.test(said)) return undefined;
  return "a sandbox has no network: download what the program needs before, and let it read that: `mounts` in docs/tasks.md";
}

/** Most often a folder of an earlier build, which is there as the user left it. */
function readOnly({ outcome }: FailedBaseline): string | undefined {
  const said = wordsOf(outcome);
  if (!/Read-only file system|EROFS/.test(said)) return undefined;
  const path = /([\w./-]+)['"]?: Read-only file system|(?:Read-only file system|EROFS)\W[^'\n]*'([^']+)'/.exec(said);
  const folder = /^(?:\/box\/|\.\/)?([^/]+)\//.exec(path?.[1] ?? path?.[2] ?? "")?.[1];
  const where = "let it write to /tmp, to $STROP_OUTPUT, or to a new folder";
  return folder === undefined
    ? `what a trial finds in the task's folder is read-only, but for the program: ${where}`
    : `${folder} is in the task's folder, so that a trial finds it there read-only: ${where} (delete ${folder}, if it can be made again)`;
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

/** What root alone may read is not shown to a program that does not run as root. */
function unreadable({ outcome, tier }: FailedBaseline, { isRoot = false }: Machine): string | undefined {
  const said = wordsOf(outcome);
  if (!isRoot || !tier.startsWith("bubblewrap") || !/Permission denied|EACCES/.test(said)) return undefined;
  return "you are root, and a sandbox runs programs as nobody: let everybody read the task's files (chmod -R a+rX .)";
}

function outOfTime({ task, outcome }: FailedBaseline): string | undefined {
  if (outcome.status !== "timed-out") return undefined;
  const { trainSeconds, startupSeconds } = task.budget;
  return (
    `give it more time (--budget 60, or budget.trainSeconds in the config, now ${trainSeconds}), or let it print its steps: ` +
    `until the first, it has ${startupSeconds} seconds (budget.startupSeconds)`
  );
}

function outOfMemory({ outcome }: FailedBaseline): string | undefined {
  return /^used .* memory$/.test(outcome.reason) ? "give it more: budget.memory in the config" : undefined;
}

/** The program ran to its end, and printed no line with the metric: perhaps one with another name. */
function noScore({ task, outcome }: FailedBaseline): string | undefined {
  if (!outcome.reason.startsWith("expected a line like")) return undefined;
  const { name, pattern } = task.metric;
  if (pattern !== undefined) return `no printed line matches metric.pattern in the config, ${pattern}`;
  const lines = outcome.diagnostics.outputTail.split("\n").filter((line) => /\d/.test(line));
  const other = lines.findLast((line) => /^\s*[\w.-]+\s*[:=]\s*[-+\d.]/.test(line));
  const printed = other === undefined ? undefined : /^\s*([\w.-]+)/.exec(other)?.[1];
  if (printed !== undefined)
    return `the program does print \`${other?.trim()}\`: if that is the number, set "metric": "${printed}" in the config`;
  const last = lines.at(-1)?.trim();
  const how = `let the program print it as \`${name}: 1.234\``;
  const words = last === undefined ? null : /^(.*?)[-+]?\d[\d.e+-]*\s*$/i.exec(last)?.[1];
  if (words === undefined || words === null || words.trim() === "") return how;
  const escaped = words.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&").replace(/\d+/g, "\\d+");
  return `${how}, or say how it prints it: "metric": ${JSON.stringify({ name, pattern: `^\\s*${escaped}(.*)$` })}`;
}

function toolchainFor({ task, folder }: FailedBaseline, machine: Machine): Toolchain | undefined {
  return task.run.kind === "command" ? toolchainOf(shellText(task.run), { ...machine, folder }) : undefined;
}

/** A string in the config is run by `sh -c`. */
const shellText = ({ argv }: CommandAction): string =>
  argv[0] === "sh" && argv[1] === "-c" && argv.length === 3 ? (argv[2] ?? "") : argv.join(" ");

/** `run` as it may be copied into a config, JSON or not: what it has, and what is to be added. */
function runKey({ run }: Task, toolchain: Toolchain): string {
  if (run.kind !== "command") return "";
  const env = { ...run.env, ...toolchain.env };
  const mounts = [...new Set([...run.mounts, ...toolchain.mounts])];
  const value = {
    command: shellText(run),
    ...(Object.keys(env).length > 0 && { env }),
    ...(mounts.length > 0 && { mounts }),
  };
  return `"run": ${JSON.stringify(value)}`;
}

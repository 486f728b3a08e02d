/**
 * Runs a coding agent's command: unconfined, with the user's rights and environment, because it is the user's own tool.
 * It ends at its limits with everything that it started, also when strop itself is killed.
 */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";

import { createGuardian } from "../../sandbox/processes/guardian.ts";
import { launchPlain } from "../../sandbox/launch-plain.ts";
import { recordOwner } from "../../sandbox/processes/orphans.ts";
import { supervise } from "../../sandbox/limits/supervise.ts";
import type { JobResult } from "../../sandbox/types.ts";
import type { Worktree } from "./worktree.ts";

export interface AgentJob {
  /** For the shell. `{prompt_file}` and `{prompt}` are replaced; without either, the prompt comes on standard input. */
  readonly command: string;
  readonly prompt: string;
  readonly worktree: Pick<Worktree, "folder" | "promptFile">;
  /** Wall seconds. */
  readonly seconds: number;
  /** Where what is started is noted, for the next strop if this one is killed. */
  readonly processesFile: string;
  readonly signal: AbortSignal;
}

export interface AgentEnd extends Pick<JobResult, "exitCode" | "killed" | "reason" | "wallSeconds"> {
  /** The last of what it printed on standard output. */
  readonly stdout: string;
  /** The last of both streams, for when it failed. */
  readonly outputTail: string;
}

const MAX_OUTPUT_BYTES = 64_000_000;
/** Written into the copy; agents that install packages there are stopped before they fill the disk. */
const MAX_DISK_BYTES = 2_000_000_000;
const STDOUT_TAIL = 262_144;
/** Bytes; Linux refuses longer arguments and variables. */
const LONGEST_ARGUMENT = 120_000;
/** Would lead the agent's git to another repository than its own. */
const LEADING_AWAY = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|PREFIX)$/;

export async function runAgent(job: AgentJob): Promise<AgentEnd> {
  const { worktree, processesFile } = job;
  const mark = randomUUID();
  recordOwner(processesFile, mark);
  const guardian = createGuardian();
  try {
    const usesStdin = !/\{prompt(?:_file)?\}/.test(job.command);
    const launched = launchPlain(
      {
        argv: ["sh", "-c", commandLine(job.command)],
        env: { ...userEnvironment(), ...promptVariables(job) },
        workFolder: worktree.folder,
        stdin: usesStdin ? "pipe" : "ignore",
        mark,
        mayFork: true,
      },
      guardian,
    );
    // An agent may end without having read its prompt; how it ended tells more than the broken pipe.
    launched.child.stdin?.on("error", () => undefined).end(job.prompt);
    let stdout = "";
    const onOutput = (text: string, stream: "stdout" | "stderr") => {
      if (stream === "stdout") stdout = (stdout + text).slice(-STDOUT_TAIL);
    };
    const limits = {
      wallSeconds: job.seconds,
      memoryBytes: Number.POSITIVE_INFINITY,
      processes: Number.POSITIVE_INFINITY,
      outputBytes: MAX_OUTPUT_BYTES,
      diskBytes: MAX_DISK_BYTES,
    };
    const watched = { job: { limits, signal: job.signal, onOutput }, workFolder: worktree.folder };
    const { exitCode, killed, reason, wallSeconds, outputTail } = await supervise(launched, watched).result;
    return { exitCode, killed, reason, wallSeconds, outputTail, stdout };
  } finally {
    guardian.close();
    rmSync(processesFile, { force: true });
  }
}

/**
 * A placeholder becomes a variable, never text: a prompt quotes programs and what they printed, and the shell must not read
 * that. Quotes around a placeholder are the user's care for the same thing.
 */
const commandLine = (command: string): string =>
  command.replaceAll(
    /(["']?)\{(prompt|prompt_file)\}\1/g,
    (_all, _quote, name: string) => `"$STROP_${name.toUpperCase()}"`,
  );

function promptVariables({ command, prompt, worktree }: AgentJob): Record<string, string> {
  const isShort = Buffer.byteLength(prompt) <= LONGEST_ARGUMENT;
  const text = isShort ? prompt.replaceAll("\0", "") : `Read ${worktree.promptFile} and do what it says.`;
  return {
    STROP_PROMPT_FILE: worktree.promptFile,
    ...(command.includes("{prompt}") ? { STROP_PROMPT: text } : {}),
  };
}

const userEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || LEADING_AWAY.test(name) ? [] : [[name, value] as const],
    ),
  );

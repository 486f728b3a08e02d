/** Runs git with everything off that could run other programs or wait: hooks, monitors, signing, prompts, the user's GIT_* variables. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

import { StropError, messageOf } from "../../core/errors.ts";

export interface GitOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Return undefined instead of throwing when git exits with another code than 0. */
  readonly mayFail?: boolean;
}

const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.splitIndex=false",
  "core.logAllRefUpdates=false",
  "core.quotePath=false",
  "index.sparse=false",
  "commit.gpgSign=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "diff.external=",
  "log.showSignature=false",
  "core.pager=cat",
].flatMap((setting) => ["-c", setting]);

const TIMEOUT_MS = 60_000;

/** What git prints; throws StropError `git.failed` with what git said. */
export async function runGit(
  folder: string,
  args: readonly string[],
  options: GitOptions & { mayFail: true },
): Promise<string | undefined>;
export async function runGit(folder: string, args: readonly string[], options?: GitOptions): Promise<string>;
export async function runGit(
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string | undefined> {
  const child = spawn("git", ["-C", folder, ...SETTINGS, ...args], {
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
  });
  const closed = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  // Git may exit without reading its input; its exit code tells more than the broken pipe.
  child.stdin.on("error", () => undefined).end(options.input ?? "");
  try {
    const [code, printed, complaint] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
    if (code === 0) return printed;
    if (options.mayFail === true) return undefined;
    throw failed(args, complaint.trim() || `exit code ${code}`);
  } catch (cause) {
    if (cause instanceof StropError) throw cause;
    if (options.mayFail === true && (cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw failed(args, messageOf(cause));
  }
}

/** The user's settings and identity stay; variables that point git elsewhere do not. */
function cleanEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    // An older git does not know the line above and would fetch what is missing with a command that the repository names.
    GIT_ALLOW_PROTOCOL: "none",
    GIT_LITERAL_PATHSPECS: "1",
  };
}

const failed = (args: readonly string[], found: string): StropError =>
  new StropError("git.failed", `expected \`git ${args[0]}\` to succeed, found: ${found.slice(0, 500)}`, {
    hint: "see whether `git status` works in the task's folder",
  });

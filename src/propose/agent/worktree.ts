/**
 * The throw-away copy of a task in which an agent works: the program's files and what surrounds them, in a folder and a
 * git repository of its own. What a proposer may not know (hidden files, the holdout, the answers) is left out.
 */
import { lstatSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ProgramFiles } from "../../core/edit.ts";
import { StropError } from "../../core/errors.ts";
import { remember } from "../../core/remember.ts";
import type { Action, Task } from "../../core/task.ts";
import { runGit } from "../../workspace/git/git-command.ts";
import { removeHostileFolder } from "../../workspace/remove-folder.ts";
import { stageProgram } from "../../workspace/stage.ts";
import { walk } from "../../workspace/walk.ts";

export interface Worktree {
  /** Where the agent works. */
  readonly folder: string;
  /** Absolute path of the prompt, which no scope includes. */
  readonly promptFile: string;
  /** Every file as it was handed over, by path: a signature of size and time. */
  readonly before: ReadonlyMap<string, string>;
  remove(): Promise<void>;
}

export interface WorktreeOptions {
  readonly task: Task;
  /** The task's folder. */
  readonly source: string;
  /** An existing folder to make it in. */
  readonly tempFolder: string;
  readonly program: ProgramFiles;
  readonly prompt: string;
}

/** For agents that commit, and users who never told git who they are. */
const IDENTITY = "[user]\n\tname = strop\n\temail = strop@localhost\n";
/** Linked, not copied, or no business of the program: neither compared nor committed. */
const UNSEEN = new Set([".git", ".strop", "node_modules", ".venv", "venv", "__pycache__"]);
/** How the user's own agent talks to strop; in the copy it would talk to a strop that is not there. */
const STROP_SKILLS = [".mcp.json", ".claude/skills/strop", ".agents/skills/strop"];

/** Throws StropError `agent.task-too-large`, and what staging a program throws. */
export async function makeWorktree(options: WorktreeOptions): Promise<Worktree> {
  const { source, tempFolder, program, prompt } = options;
  const folder = await mkdtemp(join(tempFolder, "agent-"));
  const remove = () => removeHostileFolder(folder);
  try {
    const task = shownTask(options.task);
    await stageProgram(folder, { folder: source, task, files: program, copyEnvironment: true });
    const promptFile = join(folder, ".strop", "prompt.md");
    await mkdir(join(folder, ".strop"));
    await writeFile(promptFile, prompt);
    await commitAll(folder);
    return { folder, promptFile, before: await signatures(folder), remove };
  } catch (thrown) {
    await remove();
    throw thrown instanceof StropError && thrown.code === "workspace.too-large-to-copy" ? tooLarge(thrown) : thrown;
  }
}

/** Size and time of every file that is not installed or version control's. Throws StropError `workspace.too-many-files`. */
export async function signatures(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const skip = (_path: string, name: string) => UNSEEN.has(name);
  for await (const { path, kind } of walk(folder, { followLinks: false, skip })) {
    if (kind === "folder") continue;
    const info = lstatSync(join(folder, path), { bigint: true, throwIfNoEntry: false });
    if (info !== undefined) found.set(path, `${kind} ${info.size} ${info.mtimeNs}`);
  }
  return found;
}

/** Where git is missing, or refuses, the agent gets a plain folder. */
async function commitAll(folder: string): Promise<void> {
  if ((await runGit(folder, ["init", "--quiet", "--template="], { mayFail: true })) === undefined) return;
  await mkdir(join(folder, ".git", "info"), { recursive: true });
  await writeFile(join(folder, ".git", "info", "exclude"), [...UNSEEN].map((name) => `${name}\n`).join(""));
  await appendFile(join(folder, ".git", "config"), IDENTITY);
  await runGit(folder, ["-c", "core.autocrlf=false", "-c", "core.compression=0", "add", "--all"], { mayFail: true });
  const message = "The program as it is now";
  await runGit(folder, ["commit", "--quiet", "--allow-empty", "--no-verify", "-m", message], { mayFail: true });
}

/** The task with all that a proposer may not know among what is hidden. One object per task: staging remembers it. */
const shownTask = remember((task: Task): Task => ({
  ...task,
  hidden: [...(task.hidden ?? []), ...withheld(task), ...STROP_SKILLS],
}));

/** The holdout's files, and the evaluator's data; not what the program or the evaluator's code needs as well. */
function withheld({ run, evaluate, holdout }: Task): string[] {
  const open = new Set([...codeOf(run), ...dataOf(run), ...codeOf(evaluate)]);
  return [...dataOf(evaluate), ...codeOf(holdout), ...dataOf(holdout)].filter((path) => !open.has(path));
}

const dataOf = (action: Action | undefined): readonly string[] => (action?.kind === "module" ? action.data : []);

/** The module, or every word of a command line that may be a file's name. */
function codeOf(action: Action | undefined): string[] {
  if (action === undefined) return [];
  if (action.kind === "module") return [action.module];
  const words = action.argv.flatMap((word) => word.split(/[\s'"=;&|()<>]+/));
  return words.map((word) => word.replace(/^(?:\.\/)+/, "")).filter((word) => /^[\w.][\w./@+-]*\.\w+$/.test(word));
}

const tooLarge = (cause: StropError): StropError =>
  new StropError("agent.task-too-large", `expected a task that can be copied for the agent, found: ${cause.message}`, {
    hint: "move data out of the task's folder and name it in `run.mounts`, or choose another proposer",
    cause,
  });

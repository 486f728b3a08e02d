/** One call of an agent, from the copy it works in to what it changed there. The copy is always removed. */
import type { ProgramFiles } from "../../core/edit.ts";
import type { AgentChoice } from "../../core/task.ts";
import type { Scrubber } from "../../models/recording/scrub.ts";
import { programScope } from "../../workspace/program.ts";
import type { ProposerContext } from "../types.ts";
import type { AgentAnswer } from "./answer.ts";
import { collectChanges } from "./collect.ts";
import { bareFiles, editBetween } from "../edit-between.ts";
import { readPrinted } from "./printed.ts";
import { type AgentEnd, runAgent } from "./run-agent.ts";
import { makeWorktree } from "./worktree.ts";

export interface AgentQuestion {
  readonly choice: AgentChoice;
  readonly folder: string;
  readonly tempFolder: string;
  readonly agentsFile: string;
  readonly context: ProposerContext;
  readonly prompt: string;
  /** Takes secrets out of what it printed and wrote: both are kept, shown, and quoted to language models. */
  readonly scrub: Scrubber;
  readonly signal: AbortSignal;
}

const LONGEST_REASON = 400;

/** Never rejects for what the agent does. */
export async function askAgent(question: AgentQuestion): Promise<AgentAnswer> {
  const { choice, context, prompt, scrub, signal } = question;
  const program = bareFiles(context.program(context.champion.candidate));
  const worktree = await makeWorktree({ ...question, task: context.task, source: question.folder, program });
  try {
    const end = await runAgent({ ...choice, prompt, worktree, processesFile: question.agentsFile, signal });
    const { summary, cost } = readPrinted(scrub(end.stdout));
    const facts = {
      summary,
      cost: cost ?? choice.cost ?? null,
      seconds: end.wallSeconds,
      isAborted: end.killed === "aborted",
    };
    const left = await collectChanges(worktree, program, programScope(context.task));
    const nothing = { dropped: [], refused: [], ...facts, edit: null };
    if (typeof left === "string") return { ...nothing, problem: left };
    const { dropped, refused } = left;
    const edit = editBetween(program, withoutSecrets(left.files, program, scrub));
    const problem = problemOf(end, scrub) ?? (edit === null ? "the agent changed nothing in the program" : undefined);
    return problem === undefined ? { ...facts, edit, dropped, refused } : { ...nothing, problem, dropped, refused };
  } finally {
    await worktree.remove();
  }
}

/** What it had changed by then may be half of an idea, so nothing of it is used. */
function problemOf({ exitCode, killed, reason, outputTail }: AgentEnd, scrub: Scrubber): string | undefined {
  if (exitCode === 0 && killed === undefined) return undefined;
  const said = readPrinted(scrub(outputTail)).summary.slice(0, LONGEST_REASON);
  return `the agent ${reason}${killed !== undefined || said === "" ? "" : `: ${said}`}`;
}

/** Files that held something of the kind before are the user's own, and stay as they are. */
const withoutSecrets = (files: ProgramFiles, before: ProgramFiles, scrub: Scrubber): ProgramFiles =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => {
      const was = before[path] ?? "";
      return [path, text === was || scrub(was) !== was ? text : scrub(text)];
    }),
  );

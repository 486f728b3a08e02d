/** A little task, an agent made of shell commands, and what the agent proposes for it. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { candidateId } from "../../../src/core/candidate.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import type { AgentChoice, Task } from "../../../src/core/task.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { agentProposer, type AgentProposerOptions } from "../../../src/propose/agent/agent-proposer.ts";
import type { Proposal, ProposerContext } from "../../../src/propose/types.ts";
import type { TaskConfig } from "../../../src/workspace/config/schema.ts";
import { taskIn } from "../../workspace/scratch.ts";

export const PROGRAM: ProgramFiles = {
  "src/a.py": "rate = 0.1\nwidth = 8\n",
  "src/b.py": "print('loss: 1')\n",
};

export const SURROUNDINGS = {
  "evaluate.py": "print('score: 1')\n",
  "data/train.txt": "1 2 3\n",
  "data/answers.txt": "the answers\n",
  "holdout.py": "print('never shown')\n",
  ".gitignore": ".strop/\n",
};

export interface Desk {
  readonly folder: string;
  readonly temp: string;
  readonly context: ProposerContext;
  /** What the agent with this command proposes. */
  ask(command: string, more?: Partial<AgentProposerOptions & AgentChoice>): Promise<Proposal | null>;
  options(command: string, more?: Partial<AgentProposerOptions & AgentChoice>): AgentProposerOptions;
}

export async function desk(config: Partial<TaskConfig> = {}, program: ProgramFiles = PROGRAM): Promise<Desk> {
  const given: Partial<TaskConfig> = {
    program: "src/**",
    run: "python3 src/b.py",
    evaluate: "python3 evaluate.py",
    holdout: "python3 holdout.py",
    hidden: "data/answers.txt",
    metric: { name: "loss" },
    ...config,
  };
  const { folder, task } = await taskIn(given, { ...SURROUNDINGS, ...program });
  const temp = join(folder, ".strop", "tmp");
  mkdirSync(temp, { recursive: true });
  const context = contextOf(task, program);
  const options: Desk["options"] = (command, { seconds = 30, cost, ...more } = {}) => ({
    choice: { command, seconds, cost },
    folder,
    tempFolder: temp,
    agentsFile: join(folder, ".strop", "agents.json"),
    ...more,
  });
  const ask: Desk["ask"] = (command, more) =>
    agentProposer(options(command, more)).propose(context, new AbortController().signal);
  return { folder, temp, context, options, ask };
}

export function contextOf(task: Task, program: ProgramFiles, history: readonly TrialRecord[] = []): ProposerContext {
  const candidate = candidateId(program);
  return {
    direction: task.metric.direction,
    task,
    trial: history.length,
    agenda: "Make it better.",
    champion: { candidate, score: 1, trial: 0 },
    baseline: { candidate, score: 1 },
    history,
    pending: [],
    program: () => program,
    random: createRandom(0),
  };
}

/** Everything under a folder that is not installed or git's, as text. */
export function treeOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !/^\.(?:git|strop)\//.test(path))
    .sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

/** Live processes whose environment holds the text. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && environmentOf(pid).includes(text));
}

function environmentOf(pid: number): Buffer {
  try {
    return existsSync(`/proc/${pid}/environ`) ? readFileSync(`/proc/${pid}/environ`) : Buffer.alloc(0);
  } catch {
    // It ended, or belongs to somebody else.
    return Buffer.alloc(0);
  }
}

/** What a user has to know before a night of trials: what the program is not shown, what of it nobody would edit, and that trials crowd. */
import { availableParallelism } from "node:os";

import type { ProgramFiles } from "../../core/edit.ts";
import type { Task } from "../../core/task.ts";
import { isReadable } from "../../syntax/literals.ts";
import { gpuNotes } from "./gpu-note.ts";

/** One sentence each; `tier` is the sandbox's. */
export const programNotes = (
  program: ProgramFiles,
  { task, tier }: { readonly task: Task; readonly tier: string },
): string[] => [...gpuNotes(program, { run: task.run, tier }), ...unreadNotes(program, task), ...crowdNotes(task)];

/** Some programs wait more than they compute, so a few trials on each core are nobody's business. */
const A_CROWD = 2;

/** One sentence where many more trials run at a time than there are cores. */
export const crowdNotes = ({ parallel }: Pick<Task, "parallel">, cores = availableParallelism()): string[] =>
  parallel <= A_CROWD * cores
    ? []
    : [
        `${parallel} trials at a time on ${cores} ${cores === 1 ? "core" : "cores"} slow each other down, unless they mostly wait: each gets less done in its time, or takes longer; ` +
          `--parallel ${cores} gives each a core`,
      ];

const MOST_NAMED = 3;

/** One sentence where only a model or an agent could edit some of the program. */
export function unreadNotes(program: ProgramFiles, { models = [], agent }: Pick<Task, "models" | "agent">): string[] {
  const unread = Object.keys(program).filter((path) => !isReadable(path));
  if (unread.length === 0 || models.length > 0 || agent !== undefined) return [];
  const more = unread.length > MOST_NAMED ? ` and ${unread.length - MOST_NAMED} more` : "";
  return [
    `without a model (--model) or an agent (--agent) nothing in ${unread.slice(0, MOST_NAMED).join(", ")}${more} is tried: strop reads no such files; ` +
      "numbers to tune may stand in one that it does read, such as JSON, YAML, Python or a shell script",
  ];
}

/**
 * A solution that was scored is not run again: the instances and the random streams of a utility are fixed, so the same
 * text scores the same. What depends on time is always run: a solution that lost an instance, or that reads a clock.
 */
import { sha256 } from "../../core/candidate.ts";
import type { TaskResult, TaskUtility } from "../../downstream/task-utility.ts";

const KEPT = 4096;
const CLOCK = /\b(?:performance|Date|Temporal|setTimeout|setInterval)\b/;

/** The same utility, in this process: an improver's budget is charged for a score that is remembered too. */
export function rememberedScores(utility: TaskUtility): TaskUtility {
  const known = new Map<string, TaskResult>();
  return {
    description: utility.description,
    async score(solution, signal) {
      signal.throwIfAborted();
      const name = sha256(solution);
      const found = known.get(name);
      if (found !== undefined) return found;
      const result = await utility.score(solution, signal);
      const isRepeatable = Object.keys(result.losses).length === 0 && !CLOCK.test(solution);
      if (isRepeatable && known.size < KEPT) known.set(name, result);
      return result;
    },
  };
}

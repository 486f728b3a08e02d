/** The keep rule of a task. */
import type { Task } from "../../core/task.ts";
import type { KeepRule } from "../keep-rule.ts";
import { marginRule } from "./margin.ts";
import { strictRule } from "./strict.ts";
import { testedRule } from "./tested.ts";

/** `auto` tests where scores are noisy; a task from before the setting keeps the rule it was run under. */
export function chooseRule({ judge, metric }: Pick<Task, "judge" | "metric">): KeepRule {
  if (judge === undefined || judge.rule === "strict") return strictRule;
  if (judge.rule === "margin") return marginRule(judge.margin ?? 0);
  return judge.rule === "auto" && metric.deterministic ? strictRule : testedRule(judge);
}

/** What the user tells proposers to try. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { StropError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import { openEvolveSettings } from "./config/openevolve-config.ts";

/**
 * The text of the task's agenda, "" where it names none; of a YAML file the system message alone: the rest may hold keys. Throws
 * StropError `config.agenda` for one without.
 */
export async function readAgenda(folder: string, { agenda }: Pick<Task, "agenda">): Promise<string> {
  if (agenda === undefined) return "";
  const text = await readFile(join(folder, agenda), "utf8");
  if (!/\.ya?ml$/.test(agenda)) return text;
  const { systemMessage, problem } = await openEvolveSettings(text);
  if (systemMessage !== "") return systemMessage;
  const found = problem === undefined ? "none" : `no YAML that can be read: ${problem}`;
  throw new StropError(
    "config.agenda",
    `agenda: expected a text at prompt.system_message of ${agenda}, found ${found}`,
    {
      hint: "write one, or write the agenda into a program.md and name that",
    },
  );
}

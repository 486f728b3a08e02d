/** `strop import results.tsv`: another tool's history as a run of its own, for status, log, report and export. */
import { readFile } from "node:fs/promises";

import { StropError, messageOf } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import { importTsv, importedEvents } from "../../journal/import-tsv.ts";
import { openJournal } from "../../journal/journal.ts";
import { journalPath, nextRunName } from "../../journal/runs.ts";
import { claimFolder } from "../../loop/folder/claim-folder.ts";
import { loadTask } from "../../workspace/load-task.ts";
import { EXIT } from "../exit-code.ts";
import { shown } from "../screen/shown.ts";
import { dim } from "../screen/style.ts";
import { writeReport } from "../../report/write-report.ts";
import { statusText } from "./status.ts";

export interface ImportOptions {
  readonly folder: string;
  readonly json?: boolean;
}

export async function importCommand(file: string, options: ImportOptions): Promise<number> {
  const tsv = importTsv(await readText(file));
  const { task, folder } = await loadTask(options.folder);
  const claimed = await claimFolder(folder);
  try {
    const run = nextRunName(claimed.stropFolder);
    // Before there is a run: what cannot be imported leaves none.
    const events = importedEvents(tsv, { run, task: imported(task), at: Date.now() });
    const journal = openJournal(journalPath(claimed.stropFolder, run), { create: true });
    try {
      journal.transaction(() => events.forEach((event) => journal.append(event)));
      const state = journal.state();
      if (state === null) throw new StropError("import.empty", "expected experiments, found none");
      const { report } = await writeReport(journal, { stropFolder: claimed.stropFolder, state });
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ run, trials: tsv.rows.length, report })}\n`
          : `${statusText(shown(state))}\n${dim("report ")} ${report}\n`,
      );
    } finally {
      journal.close();
    }
  } finally {
    await claimed.release();
  }
  return EXIT.done;
}

/** Nothing was proposed by us and nothing scored by our evaluator. */
const imported = (task: Task): Task => ({ ...task, proposer: "import", evaluate: undefined });

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new StropError("import.unreadable", `expected to read ${file}, found: ${messageOf(cause)}`, {
      hint: "give the path of a results.tsv",
      cause,
    });
  }
}

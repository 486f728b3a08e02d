/**
 * Makes a task's folder ours: one strop at a time, and nothing left of one that was killed. Everything strop writes lies
 * under `.strop`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { StropError, messageOf } from "../../core/errors.ts";
import { removeHostileFolder } from "../../workspace/remove-folder.ts";
import { acquireLock } from "../../journal/store/lock.ts";
import { reapOrphans } from "../../sandbox/processes/orphans.ts";
import { makeFolder } from "./make-folder.ts";
import { writeUnlessThere } from "./write-whole.ts";
import { requirePlainEntries, requirePlainTree } from "./plain-folder.ts";

export interface ClaimedFolder {
  readonly stropFolder: string;
  /** Empty at start; the caller may leave anything in it. */
  readonly tempFolder: string;
  /** Where the sandbox notes what it starts, for the next strop if this one is killed. */
  readonly processesFile: string;
  /** As `processesFile`, for coding agents. */
  readonly agentsFile: string;
  release(): Promise<void>;
}

/**
 * Throws `journal.locked` while another strop works here, `workspace.not-writable` where nothing can be written, `workspace.link`
 * where writing would lead elsewhere.
 */
export async function claimFolder(taskFolder: string): Promise<ClaimedFolder> {
  const stropFolder = await makeStropFolder(taskFolder);
  const lock = acquireLock(stropFolder);
  const tempFolder = join(stropFolder, "tmp");
  const processesFile = join(stropFolder, "processes.json");
  const agentsFile = join(stropFolder, "agents.json");
  const clear = () => removeHostileFolder(tempFolder);
  try {
    await requirePlainTree(stropFolder);
    for (const file of [processesFile, agentsFile]) reapOrphans(file);
    await clear();
    await mkdir(tempFolder);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
  const release = async () => {
    await clear().finally(() => lock.release());
  };
  return { stropFolder, tempFolder, processesFile, agentsFile, release };
}

/** Makes `.strop` there, unless there is one; its path. Throws `workspace.not-writable`, `workspace.link`. */
export async function makeStropFolder(taskFolder: string): Promise<string> {
  const folder = join(taskFolder, ".strop");
  await requirePlainEntries(folder);
  try {
    makeFolder(folder);
    // Git then ignores the folder without a word in a file of the user's.
    await writeUnlessThere(join(folder, ".gitignore"), "*\n");
    return folder;
  } catch (cause) {
    throw new StropError(
      "workspace.not-writable",
      `expected to be able to write ${folder}, found: ${messageOf(cause)}`,
      {
        hint: "make the task's folder writable, or copy the task to a folder of yours",
        cause,
      },
    );
  }
}

/** `strop clean`: delete old runs and leftovers; the newest run stays unless all are asked for. */
import { readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { confirm, isCancel } from "@clack/prompts";

import { StropError } from "../../core/errors.ts";
import { listRuns, runFolder } from "../../journal/runs.ts";
import { claimFolder } from "../../loop/folder/claim-folder.ts";
import { formatBytes } from "../../report/format.ts";
import { requireFolder } from "../../workspace/require-folder.ts";
import { EXIT } from "../exit-code.ts";

export interface CleanOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export async function cleanCommand(folder: string, options: CleanOptions): Promise<number> {
  const absolute = resolve(folder);
  requireFolder(absolute, "give the folder in which `strop run` was started");
  const runs = listRuns(join(absolute, ".strop"));
  if (runs.length === 0) return report(options, { deleted: [], left: 0, bytes: 0 });
  const claimed = await claimFolder(absolute);
  try {
    const doomed = options.all === true ? runs : runs.slice(0, -1);
    const sizes = await Promise.all(doomed.map((run) => sizeOf(runFolder(claimed.stropFolder, run))));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (doomed.length > 0) await confirmDeletion(`Delete ${doomed.join(", ")} (${formatBytes(total)})?`, options);
    for (const run of doomed) await rm(runFolder(claimed.stropFolder, run), { recursive: true, force: true });
    return report(options, { deleted: doomed, left: runs.length - doomed.length, bytes: total });
  } finally {
    await claimed.release();
  }
}

async function confirmDeletion(message: string, options: CleanOptions): Promise<void> {
  if (options.yes === true) return;
  if (!process.stdin.isTTY || options.json === true) {
    throw new StropError(
      "clean.unconfirmed",
      "expected a confirmation before runs are deleted, found no terminal to ask on",
      { hint: "add --yes" },
    );
  }
  const answer = await confirm({ message, initialValue: false });
  if (isCancel(answer) || !answer) throw new StropError("clean.declined", "nothing was deleted");
}

interface Cleaned {
  readonly deleted: readonly string[];
  /** Runs that are still there. */
  readonly left: number;
  readonly bytes: number;
}

function report(options: CleanOptions, { deleted, left, bytes }: Cleaned): number {
  const nothing = left === 0 ? "there is no run" : "only the newest run is here (--all deletes it too)";
  const text =
    deleted.length === 0 ? `nothing to delete: ${nothing}` : `deleted ${deleted.join(", ")}: ${formatBytes(bytes)}`;
  process.stdout.write(options.json === true ? `${JSON.stringify({ deleted, bytes })}\n` : `${text}\n`);
  return EXIT.done;
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)));
  return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
}

/** A folder per test, with a space and letters beyond ASCII in its name, removed afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "strop jöurnal #%-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where a journal of its own goes. */
export const scratchPath = (): string => join(scratchFolder(), ".strop", "runs", "run-001", "journal.db");

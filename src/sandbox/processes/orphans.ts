/**
 * Finds and ends processes of a strop that was killed. Every process that the sandbox starts carries a random mark in
 * its environment; a record on disk says which mark belonged to which strop. Linux only: it reads /proc.
 */
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";

import { startTimeOf } from "./process-tree.ts";

/** Name of the environment variable that carries the mark. */
export const MARK = "STROP_SANDBOX";

const MOST_ROUNDS = 100;

interface OrphanRecord {
  readonly owner: number;
  readonly ownerStartTime: string;
  readonly mark: string;
}

/** Says in `recordFile` that processes marked `mark` belong to this process. Replaces what the file said. */
export function recordOwner(recordFile: string, mark: string): void {
  const record: OrphanRecord = { owner: process.pid, ownerStartTime: startTimeOf(process.pid) ?? "", mark };
  writeFileSync(`${recordFile}.new`, JSON.stringify(record));
  renameSync(`${recordFile}.new`, recordFile);
}

/**
 * Kills whatever a dead strop left running and removes its record; returns the number of processes that were killed.
 * Does nothing when the recorded owner is still alive, or when there is no record.
 */
export function reapOrphans(recordFile: string): number {
  const record = readRecord(recordFile);
  if (record === undefined || startTimeOf(record.owner) === record.ownerStartTime) return 0;
  const killed = killMarked(record.mark);
  rmSync(recordFile, { force: true });
  return killed;
}

/** Kills every process with this mark, again until no new one appears: one may fork while others are being killed. */
export function killMarked(mark: string): number {
  const killed = new Set<number>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fresh = markedProcesses(mark).filter((pid) => !killed.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      killIfAlive(pid);
      killed.add(pid);
    }
  }
  return killed.size;
}

/** SIGKILL; a process, or with a negative number a group, that is gone already is fine. */
export function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function markedProcesses(mark: string): number[] {
  if (process.platform !== "linux") return [];
  const wanted = Buffer.from(`${MARK}=${mark}`);
  return readdirSync("/proc")
    .map(Number)
    .filter(
      (pid) => pid > 0 && pid !== process.pid && environmentOf(pid).includes(wanted) && startTimeOf(pid) !== undefined,
    );
}

/** Empty for processes of other users and for those that ended meanwhile: neither is ours to kill. */
function environmentOf(pid: number): Buffer {
  try {
    return readFileSync(`/proc/${pid}/environ`);
  } catch {
    return Buffer.alloc(0);
  }
}

function readRecord(recordFile: string): OrphanRecord | undefined {
  let text: string;
  try {
    text = readFileSync(recordFile, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const [, owner, ownerStartTime = "", mark = ""] = RECORD.exec(text) ?? [];
  if (owner !== undefined) return { owner: Number(owner), ownerStartTime, mark };
  // A power cut can leave an empty file.
  rmSync(recordFile, { force: true });
  return undefined;
}

const RECORD = /^\{"owner":(\d+),"ownerStartTime":"(\d*)","mark":"([0-9a-f-]{36})"\}$/;

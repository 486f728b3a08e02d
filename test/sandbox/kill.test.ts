/**
 * SIGKILL to strop itself: no process of any tier may survive it. A child process plays strop, and is killed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { reapOrphans } from "../../src/sandbox/processes/orphans.ts";
import { startTimeOf } from "../../src/sandbox/processes/process-tree.ts";
import type { Tier } from "../../src/sandbox/types.ts";
import { commandTiers, moduleTiers, temporaryFolder } from "./helpers.ts";

const script = join(temporaryFolder(), "strop.mjs");
writeFileSync(
  script,
  `
  const { openSandbox } = await import(${JSON.stringify(new URL("../../src/sandbox/open-sandbox.ts", import.meta.url).href)});
  const [tier, kind, workFolder, recordFile, killAfterMs] = process.argv.slice(2);
  const sandbox = await openSandbox({ tier, allowUnsafe: true, recordFile });
  const limits = { wallSeconds: 300, memoryBytes: 5e8, processes: 32, outputBytes: 1e6, diskBytes: 1e7 };
  const onOutput = (text) => process.stdout.write(text);
  if (kind === "module") sandbox.module({ source: "export default () => { console.log('started'); for (;;); }", input: null, blobs: {}, functions: {}, limits, onOutput });
  else sandbox.command({ argv: ["/bin/sh", "-c", "sleep 301 & (sleep 302; true) & setsid sleep 303 & sleep 0.2; echo started; wait"], workFolder, readOnly: [], env: {}, limits, onOutput });
  if (killAfterMs !== undefined) setTimeout(() => process.kill(process.pid, "SIGKILL"), Number(killAfterMs));`,
);

/** Processes that carry the mark of the record's strop. */
const marked = (recordFile: string): number[] => {
  const { mark } = JSON.parse(readFileSync(recordFile, "utf8")) as { mark: string };
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark);
      } catch {
        return false;
      }
    });
};

/** Pids whose environment or parents carry the mark of this strop. */
const below = (root: number): number[] => {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
          return [[Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])] as const];
        } catch {
          return [];
        }
      }),
  );
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && isBelow(parents.get(pid) ?? 0));
  return [...parents.keys()].filter((pid) => pid !== root && isBelow(pid));
};

async function startAndKill(
  tier: Tier,
  kind: "module" | "command",
  recordFile: string,
  before: (pids: readonly number[]) => void = () => {},
): Promise<{ pid: number; startTime: string }[]> {
  const strop = spawn(process.execPath, [script, tier, kind, temporaryFolder(), recordFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(strop.stdout, "data");
  const started = below(strop.pid ?? 0).map((pid) => ({ pid, startTime: startTimeOf(pid) ?? "" }));
  expect(marked(recordFile)).not.toEqual([]);
  before(started.map(({ pid }) => pid));
  strop.kill("SIGKILL");
  await once(strop, "exit");
  return started;
}

const survivors = (started: readonly { pid: number; startTime: string }[]) =>
  started.filter(({ pid, startTime }) => startTimeOf(pid) === startTime);

async function nobodySurvives(started: readonly { pid: number; startTime: string }[]): Promise<void> {
  for (let waited = 0; survivors(started).length > 0 && waited < 10_000; waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(survivors(started)).toEqual([]);
}

describe.skipIf(process.platform !== "linux")("kill -9 of strop", () => {
  it.each(moduleTiers)("ends a module that never yields, and the spare, in tier %s", async (tier) => {
    const started = await startAndKill(tier, "module", join(temporaryFolder(), "record"));
    expect(started.length).toBeGreaterThan(1);
    await nobodySurvives(started);
  });

  it.each(commandTiers.filter((tier) => tier !== "none"))(
    "ends a command with all its descendants in tier %s",
    async (tier) => {
      const started = await startAndKill(tier, "command", join(temporaryFolder(), "record"));
      expect(started.length).toBeGreaterThan(4);
      await nobodySurvives(started);
    },
  );

  it.each(commandTiers)("ends a command that it had only begun to start in tier %s", async (tier) => {
    const recordFiles: string[] = [];
    for (const delayMs of [0, 0, 0, 1, 1, 2, 5, 10, 20]) {
      const recordFile = join(temporaryFolder(), "record");
      const args = [script, tier, "command", temporaryFolder(), recordFile, String(delayMs)];
      await once(spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] }), "exit");
      recordFiles.push(recordFile);
    }
    for (let waited = 0; recordFiles.flatMap(marked).length > 0 && waited < 20_000; waited += 50)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(recordFiles.flatMap(marked)).toEqual([]);
  });

  it("ends an unconfined command with what has left its group", async () => {
    const started = await startAndKill("none", "command", join(temporaryFolder(), "record"));
    expect(started.length).toBeGreaterThan(3);
    await nobodySurvives(started);
  });

  it("leaves to the next start what nobody was left to end", async () => {
    const recordFile = join(temporaryFolder(), "record");
    const isGuardian = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("STROP_SANDBOX=");
    const started = await startAndKill("none", "command", recordFile, (pids) =>
      pids.filter(isGuardian).forEach((pid) => process.kill(pid, "SIGKILL")),
    );
    const left = marked(recordFile).length;
    expect(left).toBeGreaterThan(3);
    expect(reapOrphans(recordFile)).toBe(left);
    await nobodySurvives(started);
    expect(existsSync(recordFile)).toBe(false);
    expect(reapOrphans(recordFile)).toBe(0);
  });

  it("leaves the processes of a strop that is alive to it, and forgets a record that makes no sense", () => {
    const recordFile = join(temporaryFolder(), "record");
    writeFileSync(
      recordFile,
      JSON.stringify({ owner: process.pid, ownerStartTime: startTimeOf(process.pid), mark: "0".repeat(36) }),
    );
    expect(reapOrphans(recordFile)).toBe(0);
    expect(existsSync(recordFile)).toBe(true);
    for (const text of [JSON.stringify({ owner: 1, ownerStartTime: "x", mark: "" }), "", "null", "{"]) {
      writeFileSync(recordFile, text);
      expect(reapOrphans(recordFile)).toBe(0);
      expect(existsSync(recordFile)).toBe(false);
    }
  });
});

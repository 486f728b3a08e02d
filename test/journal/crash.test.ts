import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/numerics/random.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { startedEvent } from "./arbitrary-run.ts";
import { curveOf, programOf } from "./fixtures/expected.ts";
import { scratchFolder, scratchPath } from "./scratch.ts";
import { wholeTrial } from "./simple-trial.ts";

const APPEND_FOREVER = fileURLToPath(new URL("fixtures/append-forever.ts", import.meta.url));

describe("a journal whose writer is killed", () => {
  it("has every acknowledged event once, whole batches only, and goes on, 15 times in a row", async () => {
    const path = scratchPath();
    const random = createRandom("kill");
    let acknowledged = 0;
    for (let kill = 0; kill < 15; kill++) {
      // A few die while the process starts or makes the file, most in the middle of writing.
      const last = await appendUntilKilled(path, {
        afterMs: random.integer(kill < 4 ? 500 : 60),
        isWriting: kill >= 4,
      });
      acknowledged = Math.max(acknowledged, last);
      if (existsSync(path)) expectWhole(path, acknowledged);
    }
    expect(acknowledged).toBeGreaterThanOrEqual(11); // each of the eleven that were writing adds at least one
  }, 180_000);

  it("replays to a prefix of whole batches wherever its write-ahead log was cut", () => {
    const path = scratchPath();
    const journal = openJournal(path, { create: true });
    journal.append(startedEvent());
    for (let trial = 0; trial < 40; trial++) journal.append(...wholeTrial(trial, 40 - trial, "keep"));
    const whole = [...journal.events()];
    const size = statSync(`${path}-wal`).size;
    const random = createRandom("cut");
    const lengths = Array.from({ length: 25 }, () => {
      const copy = copyJournal(path, random.integer(size));
      const reopened = openJournal(copy);
      const events = [...reopened.events()];
      expect(events).toEqual(whole.slice(0, events.length));
      expect(events.length === 0 || events.length % 3 === 1).toBe(true);
      expect(
        reopened.append(...(events.length === 0 ? [startedEvent()] : wholeTrial((events.length - 1) / 3, 0, "keep"))),
      ).toBe(events.length + (events.length === 0 ? 1 : 3));
      reopened.close();
      return events.length;
    });
    expect(new Set(lengths).size).toBeGreaterThan(5);
    journal.close();
  });
});

describe("a journal on a full disk", () => {
  it("says so, writes nothing half, and keeps what was acknowledged", ({ skip }) => {
    const folder = scratchFolder();
    const path = join(folder, "journal.db");
    // A file size limit stands for the disk: it needs no privileges and fails in the same call.
    const child = spawnSync("sh", [
      "-c",
      'trap "" XFSZ; ulimit -f 1500; exec "$0" "$@"',
      process.execPath,
      APPEND_FOREVER,
      path,
    ]);
    if (child.error !== undefined) skip("no sh to set a file size limit with");
    expectDiskFull(path, child);
  });

  it("does the same when the file system really has no room", ({ skip }) => {
    const folder = scratchFolder();
    const command =
      'mount -t tmpfs -o size=600k tmpfs "$1" || exit 99; "$2" "$3" "$1/journal.db"; code=$?; cp "$1"/* "$4"; exit $code';
    const copies = join(folder, "copies");
    const mounted = join(folder, "mounted");
    [copies, mounted].forEach((name) => mkdirSync(name));
    const child = spawnSync("unshare", [
      "-rm",
      "sh",
      "-c",
      command,
      "sh",
      mounted,
      process.execPath,
      APPEND_FOREVER,
      copies,
    ]);
    if (child.error !== undefined || child.status !== 3)
      skip(`no small file system can be mounted here: ${child.stderr}`);
    expectDiskFull(join(copies, "journal.db"), child);
  });
});

function expectDiskFull(path: string, child: { status: number | null; stdout: Buffer; stderr: Buffer }): void {
  expect(child.status).toBe(3);
  expect(JSON.parse(child.stderr.toString())).toMatchObject({
    code: "journal.disk-full",
    message: expect.stringContaining("journal.db"),
    hint: expect.stringContaining("Free some space"),
  });
  const acknowledged = Number(child.stdout.toString().trimEnd().split("\n").at(-1));
  expect(acknowledged).toBeGreaterThan(10);
  expect(expectWhole(path, acknowledged)).toBe(acknowledged);
}

/**
 * Kills the writer `afterMs` milliseconds after it was started, or after its first acknowledgement when `isWriting`.
 * Resolves to the last sequence it acknowledged, or 0.
 */
async function appendUntilKilled(
  path: string,
  { afterMs, isWriting }: { afterMs: number; isWriting: boolean },
): Promise<number> {
  const child = spawn(process.execPath, [APPEND_FOREVER, path], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const closed = new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, signal) => resolve(signal)));
  if (isWriting) await once(child.stdout, "data");
  await sleep(afterMs);
  child.kill("SIGKILL");
  expect(await closed).toBe("SIGKILL");
  return Number(output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1) ?? 0);
}

/** Returns the last sequence. */
function expectWhole(path: string, acknowledged: number): number {
  const journal = openJournal(path, { readOnly: true });
  const events = [...journal.events()];
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1));
  expect(events.length).toBeGreaterThanOrEqual(acknowledged);
  const types = ["trial.finished", "trial.proposed", "trial.started"];
  expect(events.map(({ event }) => event.type)).toEqual(events.map((_, i) => (i === 0 ? "run.started" : types[i % 3])));
  expect(events.length % 3).not.toBe(0); // started and finished are one batch
  const broken = [...journal.trials()].filter(
    ({ trial, candidate, outcome }) =>
      !isDeepStrictEqual(journal.program(candidate!), programOf(trial)) ||
      (outcome !== null && !isDeepStrictEqual(journal.curve(trial), curveOf(trial))),
  );
  expect(broken).toEqual([]);
  expect(journal.state()?.sequence ?? 0).toBe(events.length);
  journal.close();
  return events.length;
}

/** The journal as it is on the disk now, with the log cut to `walBytes`. */
function copyJournal(path: string, walBytes: number): string {
  const copy = join(dirname(path), "copy.db");
  for (const suffix of ["", "-wal", "-shm"]) rmSync(copy + suffix, { force: true });
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  truncateSync(`${copy}-wal`, walBytes);
  expect(readFileSync(`${copy}-wal`)).toHaveLength(walBytes);
  return copy;
}

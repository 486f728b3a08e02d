import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";

import { acquireLock, lockHolder } from "../../../src/journal/store/lock.ts";
import { scratchFolder } from "../scratch.ts";

const HOLD_LOCK = fileURLToPath(new URL("../fixtures/hold-lock.ts", import.meta.url));

describe("the lock of a task's folder", () => {
  it("is held by one, known to all, and free again when released", () => {
    const folder = join(scratchFolder(), ".strop");
    expect(lockHolder(folder)).toBeNull();
    const lock = acquireLock(folder, () => 1_700_000_000_000);
    expect(lockHolder(folder)).toEqual({ pid: process.pid, since: 1_700_000_000_000 });
    expect(() => acquireLock(folder)).toThrow(
      expect.objectContaining({
        code: "journal.locked",
        message: `expected to be the only strop run in ${folder}, found process ${process.pid}, since 2023-11-14T22:13:20.000Z`,
        hint: expect.stringContaining(`kill ${process.pid}`),
      }),
    );
    lock.release();
    lock.release();
    expect(lockHolder(folder)).toBeNull();
    acquireLock(folder).release();
  });

  it("is held by nobody where a pipe lies in its place, which is not waited for", () => {
    const folder = scratchFolder();
    execFileSync("mkfifo", [join(folder, "lock.db")]);
    expect(lockHolder(folder)).toBeNull();
  });

  it("names another process that holds it, and is free the moment that process is killed", async () => {
    const folder = scratchFolder();
    const child = spawn(process.execPath, [HOLD_LOCK, folder], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    await once(child.stdout, "data");
    expect(lockHolder(folder)?.pid).toBe(child.pid);
    expect(() => acquireLock(folder)).toThrow(`found process ${child.pid}, since`);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(lockHolder(folder)).toBeNull();
    const lock = acquireLock(folder);
    expect(lockHolder(folder)?.pid).toBe(process.pid);
    lock.release();
  });

  it("still refuses when nobody can read who holds it", () => {
    const folder = scratchFolder();
    const lock = acquireLock(folder);
    writeFileSync(join(folder, "lock.json"), '{"pid":');
    expect(() => acquireLock(folder)).toThrow("found another process");
    expect(lockHolder(folder)).toEqual({ pid: 0, since: 0 });
    lock.release();
  });
});

/** What no process shows. Real processes hold it; the control is one that holds as much, or nothing, openly. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

import { afterEach, describe, expect, it } from "vitest";

import { hidesFiles, watchHiddenMemory } from "../../../src/sandbox/limits/hidden-use.ts";
import { processTree } from "../../../src/sandbox/processes/process-tree.ts";
import { MEGABYTE, temporaryFolder } from "../helpers.ts";

const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill("SIGKILL")));

/** Resolves when the Python text has printed something; it then sleeps. */
async function holding(script: string): Promise<ChildProcess & { pid: number }> {
  const text = `import ctypes, mmap, os, time\n${script}\nprint("HAVE", flush=True)\ntime.sleep(600)`;
  // Not in /tmp: what is deleted there may lie in memory.
  const cwd = temporaryFolder("/var/tmp");
  const child = spawn("python3", ["-c", text], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  await once(child.stdout, "data");
  return child as ChildProcess & { pid: number };
}

const map = (rest: string) =>
  `f = open("x", "w+b")\nf.write(b"x" * 4096)\nf.flush()\nm = mmap.mmap(f.fileno(), 4096)\n${rest}`;

describe.runIf(process.platform === "linux")("what is hidden", () => {
  it("is a deleted file that is mapped, not one that is there, and no memory", async () => {
    const open = await holding(map("s = mmap.mmap(-1, 4096)"));
    const hiding = await holding(map("f.close()\nos.unlink('x')"));
    expect([hidesFiles([open.pid]), hidesFiles([hiding.pid])]).toEqual([false, true]);
    expect(hidesFiles([open.pid, hiding.pid])).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)("is whatever a process has open that lets nobody look", async () => {
    const hiding = await holding("ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)");
    expect(hidesFiles([hiding.pid])).toBe(true);
  });

  it("is nothing of a process that has ended, be it waited for or not", async () => {
    const child = await holding("if os.fork() == 0: os._exit(0)\ntime.sleep(0.2)");
    const pids = processTree(child.pid).map(({ pid }) => pid);
    expect(pids).toHaveLength(2);
    expect(hidesFiles(pids)).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(hidesFiles(pids)).toBe(false);
  });

  it("is shared memory that was let go of, once the machine runs short", async () => {
    const whenShort = watchHiddenMemory(50 * MEGABYTE, 1);
    const ofAnother = watchHiddenMemory(50 * MEGABYTE, 1);
    const withPlenty = watchHiddenMemory(50 * MEGABYTE, 0);
    const allowed = watchHiddenMemory(100_000 * MEGABYTE, 1);
    const other = await holding("");
    const hiding = await holding(
      `kept = []\nfor _ in range(20):\n    m = mmap.mmap(-1, 10_000_000)\n    m.write(b"x" * len(m))\n    m.madvise(mmap.MADV_DONTNEED)\n    kept.append(m)`,
    );
    const tree = processTree(hiding.pid);
    expect(tree[0]?.memoryBytes).toBeLessThan(50 * MEGABYTE);
    expect([ofAnother(processTree(other.pid)), withPlenty(tree), allowed(tree)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(whenShort(tree)).toEqual([
      "memory",
      expect.stringMatching(/^hid shared memory while the machine ran short/),
    ]);
  });
});

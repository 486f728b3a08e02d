/**
 * What a hostile command may try against the machine's memory, processes, disk and patience. Attacks 42 to 53 of
 * docs/sandbox.md. The positive control is the same work in a size that is allowed.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { Limits } from "../../src/sandbox/types.ts";
import { LIMITS, MEGABYTE, commandTiers, hasBubblewrap, runScript, sandboxOf, temporaryFolder } from "./helpers.ts";

const withLimits = (limits: Partial<Limits>) => ({ limits: { ...LIMITS, ...limits } });

/** Processes of this machine whose command line holds `mark`. */
const running = (mark: string): string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(mark)
      );
    } catch {
      return false;
    }
  });

describe.skipIf(!hasBubblewrap)("a greedy command inside bubblewrap", () => {
  it.each([
    [
      "its heap",
      (mb: number) =>
        `import time\nx = [bytearray(b"x") * 10_000_000 for _ in range(${mb} // 10)]\nprint("HAVE", flush=True)\ntime.sleep(1)`,
    ],
    [
      "shared mappings",
      (mb: number) =>
        `import mmap, time\nall = []\nfor _ in range(${mb} // 10):\n    m = mmap.mmap(-1, 10_000_000)\n    m.write(b"x" * 10_000_000)\n    all.append(m)\nprint("HAVE", flush=True)\ntime.sleep(1)`,
    ],
    [
      "children that share the load",
      (mb: number) =>
        `import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        x = bytearray(b"x") * (${mb} * 250_000)\n        time.sleep(20)\ntime.sleep(1)\nprint("HAVE", flush=True)`,
    ],
    [
      "page tables, by reading zeros far apart",
      (mb: number) =>
        `import ctypes, time\nlibc = ctypes.CDLL(None)\nlibc.mmap.restype = ctypes.c_void_p\nn = ${mb} * 256\nsize = ctypes.c_size_t(n << 21)\nat = libc.mmap(None, size, 1, 0x4022, -1, ctypes.c_long(0))\nlibc.madvise(ctypes.c_void_p(at), size, 15)\nfor i in range(n): ctypes.string_at(at + (i << 21), 1)\nprint("HAVE", flush=True)\ntime.sleep(1)`,
    ],
  ])("attack 44: is ended when it fills the memory with %s", async (_, script) => {
    const sandbox = await sandboxOf("bubblewrap");
    const control = await runScript(sandbox, script(80), withLimits({ memoryBytes: 400 * MEGABYTE }));
    expect(control.outputTail).toBe("HAVE\n");
    expect(control.peakMemoryBytes).toBeGreaterThan(70e6);
    const attack = await runScript(sandbox, script(1200), withLimits({ memoryBytes: 200 * MEGABYTE }));
    expect(attack.killed ?? attack.outputTail).toMatch(/^memory$|MemoryError/);
    expect(attack.peakMemoryBytes).toBeLessThan(1000 * MEGABYTE);
  });

  it("attack 44: gets no memory that no process maps", async () => {
    const script = `import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nprint(libc.shmget(0, 1000000, 0o1600), ctypes.get_errno())\nprint(libc.semget(0, 32000, 0o1600), libc.msgget(0, 0o1600))\ntry: print(os.memfd_create("x"))\nexcept OSError as e: print(e.errno)`;
    expect((await runScript(await sandboxOf("bubblewrap"), script)).outputTail).toBe("-1 1\n-1 -1\n38\n");
  });

  it.each([
    ["a fork bomb", "f() { f | f & }; f; sleep 20"],
    ["thousands of sleeping children", "i=0; while [ $i -lt 3000 ]; do sleep 50 & i=$((i+1)); done; wait"],
  ])("attack 45: is ended by the number of its processes: %s", async (_, script) => {
    const sandbox = await sandboxOf("bubblewrap");
    expect(
      (await runScript(sandbox, "for i in 1 2 3; do sleep 0.1 & done; wait; echo fine", withLimits({ processes: 8 })))
        .outputTail,
    ).toBe("fine\n");
    const result = await runScript(sandbox, script, withLimits({ processes: 8 }));
    // The kernel's own limit may end the bomb before it is counted.
    expect(result.killed ?? result.outputTail).toMatch(/^processes$|fork|resource/i);
  });

  it("attack 45: cannot start more threads than the kernel allows it", async () => {
    const script = `import threading, time
def wait(): time.sleep(30)
n = 0
try:
    while n < 5000: threading.Thread(target=wait, daemon=True).start(); n += 1
except RuntimeError: pass
print("threads", n, flush=True)
import os; os._exit(0)`;
    const { outputTail } = await runScript(
      await sandboxOf("bubblewrap"),
      script,
      withLimits({ processes: 4, memoryBytes: 1024 * MEGABYTE }),
    );
    const threads = Number(/threads (\d+)/.exec(outputTail)?.[1]);
    expect(threads).toBeGreaterThan(16);
    expect(threads).toBeLessThanOrEqual(64 + 16 * 4);
  });

  it.each(["/tmp", "/dev/shm"])("attack 48: fills %s only to its size", async (folder) => {
    const script = `dd if=/dev/zero of=${folder}/small bs=1M count=2 2>/dev/null && echo fine; cat /dev/zero > ${folder}/big; du -sm ${folder} | cut -f1`;
    const { outputTail } = await runScript(
      await sandboxOf("bubblewrap"),
      script,
      withLimits({ diskBytes: 16 * MEGABYTE }),
    );
    expect(outputTail).toMatch(/^fine\n[^]*(No space left|File too large)[^]*\n1[0-8]\n$/);
  });

  it("attack 49: takes no room that it has not written, where one call would fill the disk", async () => {
    const script = `import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
f = os.open("f", os.O_CREAT | os.O_RDWR)
print(libc.fallocate(f, 0, ctypes.c_long(0), ctypes.c_long(50_000_000)) and ctypes.get_errno())
g = os.open("g", os.O_CREAT | os.O_RDWR)
os.posix_fallocate(g, 0, 1_000_000)
print(os.fstat(g).st_blocks >= 1953)`;
    const limits = withLimits({ diskBytes: 60 * MEGABYTE });
    expect((await runScript(await sandboxOf("none"), script, limits)).outputTail).toBe("0\nTrue\n");
    expect((await runScript(await sandboxOf("bubblewrap"), script, limits)).outputTail).toBe("95\nTrue\n");
  });

  // In memory, as of a disk that others use, too, it cannot be said who filled it.
  it.skipIf(!existsSync("/dev/shm"))("attack 49: is ended when it keeps deleted files only mapped", async () => {
    const script = (files: number) =>
      `import ctypes, os, time\nlibc = ctypes.CDLL(None)\nfor i in range(${files}):\n    f = open("x", "w+b")\n    f.write(b"x" * 4_000_000)\n    f.flush()\n    libc.mmap(None, ctypes.c_size_t(4096), 1, 2, f.fileno(), ctypes.c_long(0))\n    os.unlink("x")\n    f.close()\ntime.sleep(${files > 3 ? 20 : 1})\nprint("HAVE")`;
    const sandbox = await sandboxOf("bubblewrap");
    const run = (files: number) =>
      runScript(sandbox, script(files), {
        ...withLimits({ diskBytes: 16 * MEGABYTE }),
        workFolder: temporaryFolder("/dev/shm"),
      });
    expect((await run(2)).outputTail).toBe("HAVE\n");
    expect((await run(10)).reason).toMatch(/^hid what it wrote, while the disk lost \d+ MB; 17 MB are allowed$/);
  });

  it("attack 48: is ended when it fills /tmp with files", async () => {
    const script = "mkdir /tmp/d; i=0; while [ $i -lt 40000 ]; do : > /tmp/d/$i; i=$((i+1)); done; sleep 20";
    expect(
      (await runScript(await sandboxOf("bubblewrap"), script, withLimits({ diskBytes: 16 * MEGABYTE }))).killed,
    ).toBe("disk");
  });
});

describe.each(commandTiers)("a greedy command in tier %s", (tier) => {
  const limits = withLimits({ diskBytes: 16 * MEGABYTE });

  it("attack 47: is ended by the wall clock although it ignores every signal", async () => {
    const result = await runScript(
      await sandboxOf(tier),
      "trap '' TERM INT HUP QUIT; while :; do sleep 1; done",
      withLimits({ wallSeconds: 0.5 }),
    );
    expect(result).toMatchObject({ exitCode: null, killed: "wall", reason: "ran longer than 0.5 s" });
  });

  it("is not called late that ended in time while strop itself was stopped", async () => {
    const stop = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    const job = { ...withLimits({ wallSeconds: 2 }), onOutput: stop };
    const result = await runScript(await sandboxOf(tier), "echo begun; sleep 0.2", job);
    expect(result).toMatchObject({ exitCode: 0, reason: "" });
    expect(result.killed).toBeUndefined();
  });

  it("attack 46: leaves no daemon behind, and does not make anybody wait for one", async () => {
    const mark = `strop-daemon-${process.pid}-${tier}`;
    // Other processes of the machine end while they are listed.
    const daemon = `import os, time
def words(pid):
    try: return open("/proc/" + pid + "/cmdline").read()
    except OSError: return ""
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: os.execvp("sh", ["sh", "-c", "sleep 300; : ${mark}"])
    os._exit(0)
os.wait()
time.sleep(0.3)
print(len([pid for pid in os.listdir("/proc") if pid.isdigit() and "${mark}" in words(pid)]) > 1)`;
    const result = await runScript(await sandboxOf(tier), daemon);
    expect(result.outputTail).toBe("True\n");
    expect(result.wallSeconds).toBeLessThan(60);
    expect(running(mark)).toEqual([]);
  });

  it.each([
    ["one large file", "cat /dev/zero > big"],
    ["many large files", "i=0; while :; do dd if=/dev/zero of=f$i bs=1M count=4 2>/dev/null; i=$((i+1)); done"],
    ["20,000 files", "i=0; while [ $i -lt 20000 ]; do : > f$i; i=$((i+1)); done; sleep 20"],
    [
      "a deep folder",
      `import os, time\nfor _ in range(3000):\n    os.mkdir("d" * 100)\n    os.chdir("d" * 100)\ntime.sleep(20)`,
    ],
    [
      "names that are no text",
      `import os, time\nfor i in range(9000): open(b"\\xff\\n" + str(i).encode(), "w")\ntime.sleep(20)`,
    ],
    [
      "files that it deletes and keeps open",
      `import os, time\nkept = []\nfor i in range(10):\n    f = open("x", "wb")\n    f.write(b"x" * 4_000_000)\n    f.flush()\n    os.unlink("x")\n    kept.append(f)\ntime.sleep(20)`,
    ],
  ])("attack 49: is ended when it fills its folder with %s", async (_, script) => {
    const result = await runScript(await sandboxOf(tier), script, limits);
    if (result.killed === undefined)
      expect(result.outputTail + result.reason).toMatch(/File (too large|size limit)|SIGXFSZ/);
    else expect(result.killed).toBe("disk");
    expect(result.wallSeconds).toBeLessThan(19);
  });

  it("attack 49: may make a file with holes, which takes no room", async () => {
    const result = await runScript(
      await sandboxOf(tier),
      "truncate -s 10M sparse; sleep 1; echo fine",
      withLimits({ diskBytes: 11 * MEGABYTE }),
    );
    expect(result).toMatchObject({ exitCode: 0, outputTail: "fine\n" });
  });

  it("is told of a limit in the megabytes that it was given in", async () => {
    const script = "for i in 1 2 3 4 5; do dd if=/dev/zero of=f$i bs=1M count=8 2>/dev/null; done; sleep 20";
    const { killed, reason } = await runScript(await sandboxOf(tier), script, withLimits({ diskBytes: 20e6 }));
    expect([killed, reason]).toEqual(["disk", expect.stringMatching(/^wrote \d+ MB of 20 MB disk$/)]);
  });

  it("is not charged for what was in its folder before", async () => {
    const workFolder = temporaryFolder();
    await runScript(await sandboxOf(tier), "dd if=/dev/zero of=old bs=1M count=20 2>/dev/null", { workFolder });
    const result = await runScript(await sandboxOf(tier), "sleep 0.6; echo new > new", {
      workFolder,
      ...withLimits({ diskBytes: 4 * MEGABYTE }),
    });
    expect(result).toMatchObject({ exitCode: 0, killed: undefined });
  });

  it.each([
    ["lines", "yes"],
    ["one line without end", "cat /dev/zero"],
    ["both streams", "while :; do echo out; echo err >&2; done"],
  ])("attack 51: is ended when it floods the output with %s", async (_, script) => {
    let delivered = 0;
    const result = await runScript(await sandboxOf(tier), script, {
      ...withLimits({ outputBytes: 50_000 }),
      onOutput: (text) => {
        delivered += text.length;
      },
    });
    expect(result).toMatchObject({ exitCode: null, killed: "output" });
    expect(result.reason).toMatch(/50000 are allowed/);
    expect(delivered).toBe(50_000);
    expect(result.outputTail).toHaveLength(50_000);
  });
});

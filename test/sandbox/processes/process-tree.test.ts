import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { memoryOf, processTree, psTree, startTimeOf } from "../../../src/sandbox/processes/process-tree.ts";

const program = `const { spawn } = require("child_process"); const held = Buffer.alloc(80e6, 1); const t = Date.now();
  spawn("sleep", ["100"]); while (process.cpuUsage().user < 3e5); console.log(held.length); setInterval(() => {}, 1000)`;

describe("a process tree", () => {
  it.each([
    ["the system's own table", processTree],
    ["ps, as on macOS", psTree],
  ])("is measured by %s", async (_, measure) => {
    const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"], detached: true });
    await once(child.stdout, "data");
    const tree = measure(child.pid ?? 0);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await once(child, "exit");
    expect(tree).toHaveLength(2);
    expect(tree.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)).toBeGreaterThan(80e6);
    // ps counts whole seconds.
    if (measure === processTree) expect(tree[0]?.cpuSeconds).toBeGreaterThan(0.25);
    expect(measure(child.pid ?? 0)).toEqual([]);
  });

  it.runIf(process.platform === "linux")("has what another thread than the first has started", async () => {
    const inThread = `const { Worker } = require("worker_threads");
      new Worker('require("child_process").spawn("sleep", ["100"]).once("spawn", () => console.log("started"))', { eval: true });
      setInterval(() => {}, 1000)`;
    const child = spawn(process.execPath, ["-e", inThread], { stdio: ["ignore", "pipe", "inherit"], detached: true });
    await once(child.stdout, "data");
    const tree = processTree(child.pid ?? 0);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await once(child, "exit");
    expect(tree.map(({ pid }) => pid)).toEqual([child.pid, expect.any(Number)]);
  });

  it.runIf(existsSync("/proc/self/schedstat"))("is measured to less than a tick of 10 ms", () => {
    const [before] = processTree(process.pid);
    for (const begun = process.cpuUsage(); process.cpuUsage(begun).user < 2000;);
    const [after] = processTree(process.pid);
    const used = (after?.cpuSeconds ?? 0) - (before?.cpuSeconds ?? 0);
    expect(used).toBeGreaterThan(0.0015);
    expect((used * 100) % 1).not.toBe(0);
  });

  it("is charged for its page tables and for what lies in swap, and not for files", () => {
    const status =
      "Name:\tpython3\nVmPTE:\t      80 kB\nVmSwap:\t    4000 kB\nVmRSS:\t    9000 kB\nRssAnon:\t    2000 kB\nRssFile:\t    6500 kB\nRssShmem:\t     500 kB\n";
    expect(memoryOf(status)).toBe(1024 * 6580);
    expect(memoryOf("Name:\tkthreadd\n")).toBe(0);
  });

  it("knows a process by its start time, which a dead one has not", async () => {
    expect(startTimeOf(process.pid)).toMatch(/^\d+$/);
    const child = spawn("true");
    await once(child, "exit");
    expect(startTimeOf(child.pid ?? 0)).toBe(undefined);
  });
});

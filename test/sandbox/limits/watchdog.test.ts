import { spawn } from "node:child_process";

import { afterEach, describe, expect, it, vi } from "vitest";

import { watch } from "../../../src/sandbox/limits/watchdog.ts";
import { LIMITS, temporaryFolder } from "../helpers.ts";

afterEach(() => vi.useRealTimers());

/** Ages in ms at which a process is looked at in its first second, by a clock that the test moves on. */
function looks(workFolder: string | undefined): readonly number[] {
  const child = spawn("sleep", ["100"], { stdio: "ignore" });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const startedAt = performance.now();
  const ages: number[] = [];
  const watchdog = watch(child.pid ?? 0, {
    // One process is too many: every look says so.
    limits: { ...LIMITS, processes: 0 },
    overheadProcesses: 0,
    workFolder,
    onExceeded: () => ages.push(performance.now() - startedAt),
  });
  vi.advanceTimersByTime(1000);
  watchdog.stop();
  child.kill("SIGKILL");
  return ages;
}

describe.runIf(process.platform === "linux")("a job is looked at", () => {
  it("every 50 ms, and as a young command so often that little of it is missed when it ends", () => {
    const [first, ...later] = looks(temporaryFolder());
    expect(first).toBe(5);
    let before = 5;
    for (const age of later) {
      expect(age - before).toBeLessThanOrEqual(Math.min(50, Math.max(5, 0.1 * before)) + 1);
      before = age;
    }
    expect(later.length).toBeLessThan(60);
    expect(before).toBeGreaterThan(900);
  });

  it("every 50 ms as a module, which is measured when it returns", () => {
    const ages = looks(undefined);
    expect(ages.slice(0, 4)).toEqual([10, 60, 110, 160]);
  });
});

/** The clock that stands still while the host works, on a clock of the test. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { slots } from "../../src/core/slots.ts";
import { startOwnClock } from "../../src/improve/own-clock.ts";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the own clock", () => {
  it("stands still while anything is waited for, however the waits overlap", async () => {
    using clock = startOwnClock(100, () => {});
    await vi.advanceTimersByTimeAsync(1000);
    const waits = [clock.waitFor(() => sleep(5000)), clock.waitFor(() => sleep(9000))];
    await vi.advanceTimersByTimeAsync(10_000);
    await Promise.all(waits);
    expect(clock.seconds()).toBe(2);
  });

  it("goes on when what was waited for fails", async () => {
    using clock = startOwnClock(100, () => {});
    const failed = clock.waitFor(async () => {
      await sleep(3000);
      throw new Error("no");
    });
    failed.catch(() => {});
    await vi.advanceTimersByTimeAsync(4000);
    await expect(failed).rejects.toThrow("no");
    expect(clock.seconds()).toBe(1);
  });

  it("calls when the limit is used up, once, and not for time that was waited", async () => {
    const onOver = vi.fn<() => void>();
    using clock = startOwnClock(3, onOver);
    await vi.advanceTimersByTimeAsync(2000);
    const wait = clock.waitFor(() => sleep(60_000));
    await vi.advanceTimersByTimeAsync(60_500);
    await wait;
    expect(onOver).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(600);
    expect(onOver).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onOver).toHaveBeenCalledTimes(1);
  });

  it("does not count what passes while strop itself stands still", async () => {
    const onOver = vi.fn<() => void>();
    using clock = startOwnClock(10, onOver);
    await vi.advanceTimersByTimeAsync(3500);
    const now = performance.now.bind(performance);
    const shifted = vi.spyOn(performance, "now").mockImplementation(() => now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(4000);
    expect(onOver).not.toHaveBeenCalled();
    expect(clock.seconds()).toBeLessThan(10);
    await vi.advanceTimersByTimeAsync(3000);
    expect(onOver).toHaveBeenCalledTimes(1);
    shifted.mockRestore();
  });

  it("calls nobody once it is disposed of, also when a wait ends later", async () => {
    const onOver = vi.fn<() => void>();
    const clock = startOwnClock(1, onOver);
    const wait = clock.waitFor(() => sleep(1000));
    clock[Symbol.dispose]();
    await vi.advanceTimersByTimeAsync(10_000);
    await wait;
    expect(onOver).not.toHaveBeenCalled();
  });
});

describe("a gate", () => {
  it.each([1, 3])("lets %i through at a time, in order, and survives failures", async (width) => {
    const gate = slots(width);
    let [open, most] = [0, 0];
    const begun: number[] = [];
    const calls = Array.from({ length: 10 }, (_, i) =>
      gate.hold(async () => {
        begun.push(i);
        most = Math.max(most, ++open);
        await sleep(100);
        open -= 1;
        if (i % 3 === 0) throw new Error("no");
        return i;
      }),
    );
    const settled = Promise.allSettled(calls);
    await vi.advanceTimersByTimeAsync(2000);
    expect((await settled).map(({ status }) => status === "fulfilled")).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => i % 3 !== 0),
    );
    expect(most).toBe(width);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

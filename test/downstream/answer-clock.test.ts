import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createAnswerClock } from "../../src/downstream/answer-clock.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** A process that gets `share` of a CPU. */
function clockOf(share: number) {
  const onLate = vi.fn<() => void>();
  const clock = createAnswerClock({ cpuMs: () => share * performance.now(), onLate });
  return { clock, onLate };
}

describe("the clock of answers", () => {
  it("charges the wall's time up to the limit", () => {
    const { clock, onLate } = clockOf(1);
    clock.start(100);
    vi.advanceTimersByTime(90);
    expect(clock.stop()).toEqual({ chargedMs: 90, isLate: false });
    vi.advanceTimersByTime(10_000);
    expect(onLate).not.toHaveBeenCalled();
  });

  it("ends a process that has computed for longer than the limit", () => {
    const { clock, onLate } = clockOf(1);
    clock.start(100);
    vi.advanceTimersByTime(130);
    expect(onLate).toHaveBeenCalledTimes(1);
    expect(clock.stop().isLate).toBe(true);
  });

  it("waits for a process that other programs keep from computing", () => {
    const { clock, onLate } = clockOf(0.25);
    clock.start(100);
    vi.advanceTimersByTime(350);
    expect(onLate).not.toHaveBeenCalled();
    expect(clock.stop()).toEqual({ chargedMs: expect.closeTo(67.5, 0) as number, isLate: false });
    clock.start(100);
    vi.advanceTimersByTime(600);
    expect(onLate).toHaveBeenCalledTimes(1);
  });

  it("ends a process that sleeps", () => {
    const { clock, onLate } = clockOf(0);
    clock.start(100);
    vi.advanceTimersByTime(1900);
    expect(onLate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(300);
    expect(onLate).toHaveBeenCalledTimes(1);
  });

  it("does not take a process for a sleeper because strop itself stood still", () => {
    const { clock, onLate } = clockOf(0);
    clock.start(100);
    vi.advanceTimersByTime(50);
    const now = performance.now.bind(performance);
    const shifted = vi.spyOn(performance, "now").mockImplementation(() => now() + 3_600_000);
    vi.advanceTimersByTime(60);
    expect(onLate).not.toHaveBeenCalled();
    expect(clock.stop()).toEqual({ chargedMs: 0, isLate: false });
    shifted.mockRestore();
  });

  it("charges every answer by itself", () => {
    const { clock } = clockOf(1);
    for (let answer = 0; answer < 5; answer++) {
      clock.start(100);
      vi.advanceTimersByTime(60);
      expect(clock.stop()).toEqual({ chargedMs: 60, isLate: false });
    }
  });
});

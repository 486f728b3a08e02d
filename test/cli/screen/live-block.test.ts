import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";

import { liveBlock } from "../../../src/cli/screen/live-block.ts";

/** A stream that remembers, as a terminal of `columns`, or as a pipe. */
function screen(columns?: number, rows?: number) {
  const out = new PassThrough();
  const seen: string[] = [];
  out.on("data", (chunk: Buffer) => seen.push(chunk.toString()));
  const isTTY = columns !== undefined;
  return {
    out: Object.assign(out, { isTTY, columns, rows }) as unknown as NodeJS.WriteStream,
    text: () => seen.join(""),
  };
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await sleep(5);
}

describe("a live block", () => {
  test("in a pipe is printed once nothing else was for a while, and is never erased", async () => {
    const { out, text } = screen();
    const block = liveBlock(out, () => ["still training", "40 %"], 10);
    await until(() => text().includes("still training\n40 %\nstill"));
    block.stop();
    expect(text()).not.toContain("\u001b");
  });

  test("in a log says ever more rarely that a long trial goes on, until there is news", () => {
    vi.useFakeTimers();
    try {
      const said: string[] = [];
      const out = { isTTY: false, write: (text: string) => said.push(text) } as unknown as NodeJS.WriteStream;
      const block = liveBlock(out, () => ["still training"], 30_000);
      vi.advanceTimersByTime(600_000);
      expect(said).toHaveLength(4);
      block.print("#1 keep");
      vi.advanceTimersByTime(30_000);
      expect(said.slice(4)).toEqual(["#1 keep\n", "still training\n"]);
      block.stop();
      block.print("done");
      vi.advanceTimersByTime(3_600_000);
      expect(said.at(-1)).toBe("done\n");
    } finally {
      vi.useRealTimers();
    }
  });

  test("on a terminal that says it has no columns is shown all the same", async () => {
    const { out, text } = screen(0);
    const block = liveBlock(out, () => ["still training"]);
    await until(() => text() !== "");
    block.stop();
    expect(text()).toContain("still training\n");
  });

  test.each(["漢字".repeat(40), "🚀 ".repeat(40), "e\u0301".repeat(80), "a".repeat(80)])(
    "keeps its lines to the terminal's width, whatever letters are in them: %s",
    async (line) => {
      const { out, text } = screen(21);
      const block = liveBlock(out, () => [line]);
      await until(() => text() !== "");
      block.stop();
      const [shown = ""] = text().split("\n");
      const columns = Array.from(shown.replaceAll("\u0301", "")).reduce((sum, c) => sum + (c > "\u2fff" ? 2 : 1), 0);
      expect(columns).toBeGreaterThanOrEqual(19);
      expect(columns).toBeLessThanOrEqual(20);
    },
  );

  test("keeps to the terminal's height, so that all of it can be erased", async () => {
    const { out, text } = screen(40, 5);
    const block = liveBlock(out, () => ["best 3", "1 kept", "#1", "#2", "#3", "#4"]);
    await until(() => text() !== "");
    block.stop();
    expect(text().startsWith("best 3\n1 kept\n#1\n… 3 more\n\u001b[4A\u001b[0J"), text()).toBe(true);
  });

  test("off a terminal writes no colours, though standard output be one", () => {
    const { out, text } = screen();
    const block = liveBlock(out, () => []);
    block.print("\u001b[32mkeep\u001b[39m");
    block.stop();
    expect(text()).toBe("keep\n");
  });
});

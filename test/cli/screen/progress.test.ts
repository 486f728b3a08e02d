import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";

import { createProgress } from "../../../src/cli/screen/progress.ts";
import type { RunEvent } from "../../../src/journal/events.ts";
import { reduce } from "../../../src/journal/fold/reduce.ts";
import type { RunState } from "../../../src/journal/state.ts";
import { startedEvent } from "../../journal/arbitrary-run.ts";
import { wholeTrial } from "../../journal/simple-trial.ts";

/** What is seen of a run until `word` is. */
async function seenUntil(word: string, tell: (progress: ReturnType<typeof createProgress>) => void): Promise<string> {
  const out = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let seen = "";
  out.on("data", (chunk: Buffer) => (seen += stripVTControlCharacters(chunk.toString())));
  const progress = createProgress({ out: out as unknown as NodeJS.WriteStream, sessionMs: 600_000, now: () => 60_000 });
  tell(progress);
  while (!seen.includes(word)) await sleep(5);
  progress.stop();
  return seen;
}

test("on a terminal of 80 columns the best score, its gain and the time left are all seen", async () => {
  const events: RunEvent[] = [startedEvent(), ...wholeTrial(0, 3.35, "keep"), ...wholeTrial(1, 3.1, "keep")];
  const state = events.reduce<RunState | null>(reduce, null) as RunState;
  const seen = await seenUntil("─", (progress) => progress.opened?.(state, []));
  const block = seen.split("─\n")[1]?.split("\n") ?? [];
  expect(block[0]).toContain("best val_bpb 3.1 (−7.5 %) · 0.0 trials/min · ETA 10 m 00 s");
  expect(block[1]).toContain("1 kept, 0 discarded");
});

test("no name of a task, and no note, drives the terminal or turns what stands beside it around", async () => {
  const begin = startedEvent() as Extract<RunEvent, { type: "run.started" }>;
  const metric = { ...begin.task.metric, name: "a\u202eb\u0007" };
  const task = { ...begin.task, name: "one\u202etwo\u0007\nthree", metric };
  const events: RunEvent[] = [{ ...begin, task }, ...wholeTrial(0, 3.35, "keep")];
  const state = events.reduce<RunState | null>(reduce, null) as RunState;
  const seen = await seenUntil("─", (progress) => progress.opened?.(state, ["a file \u2066x\u0007"]));
  expect(seen).toContain("strop one\\u{202e}two three  ");
  expect(seen).toContain("note: a file \\u{2066}x\n");
  expect(seen).toContain("best a\\u{202e}b 3.35");
  for (const bad of ["\u202e", "\u2066", "\u0007"]) expect(seen).not.toContain(bad);
});

test("who waits for a language model sees which one, for which trial, and how long its answers take", async () => {
  const model = "ollama/qwen3";
  const usage = { input: 9, cachedInput: 0, output: 9, reasoning: 0 };
  const events: RunEvent[] = [
    startedEvent(),
    ...wholeTrial(0, 3.35, "keep"),
    { type: "model.asked", at: 1, exchange: 0, key: "a", purpose: "trial-1", model, reserved: 0 },
    { type: "model.answered", at: 2, exchange: 0, usage, cost: 0, failure: null, wallSeconds: 14.2 },
    { type: "model.asked", at: 3, exchange: 1, key: "b", purpose: "trial-2", model, reserved: 0 },
  ];
  const state = events.reduce<RunState | null>(reduce, null) as RunState;
  const seen = await seenUntil("#2", (progress) =>
    progress.modelAsked?.({ exchange: 1, model, purpose: "trial-2" }, state),
  );
  expect(seen).toMatch(/#2 {4}0 s {2}waiting for an edit \(usually 14 s\) of ollama\/qwen3/);
  const later = await seenUntil("─", (progress) => {
    progress.modelAsked?.({ exchange: 1, model, purpose: "trial-2" }, state);
    progress.modelAnswered?.(1, state);
  });
  expect(later).not.toContain("waiting for an edit");
});

import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";

import { createProgress } from "../../src/cli/progress.ts";
import type { RunEvent } from "../../src/journal/events.ts";
import { reduce } from "../../src/journal/reduce.ts";
import type { RunState } from "../../src/journal/state.ts";
import { startedEvent } from "../journal/arbitrary-run.ts";
import { wholeTrial } from "../journal/simple-trial.ts";

test("on a terminal of 80 columns the best score, its gain and the time left are all seen", async () => {
  const events: RunEvent[] = [startedEvent(), ...wholeTrial(0, 3.35, "keep"), ...wholeTrial(1, 3.1, "keep")];
  const state = events.reduce<RunState | null>(reduce, null) as RunState;
  const out = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const seen: string[] = [];
  out.on("data", (chunk: Buffer) => seen.push(stripVTControlCharacters(chunk.toString())));
  const progress = createProgress({
    out: out as unknown as NodeJS.WriteStream,
    sessionMs: 600_000,
    now: () => 60_000,
  });
  progress.opened?.(state, []);
  while (!seen.join("").includes("─")) await sleep(5);
  progress.stop();
  const block = seen.join("").split("─\n")[1]?.split("\n") ?? [];
  expect(block[0]).toContain("best val_bpb 3.1 (−7.5 %) · 0.0 trials/min · ETA 10 m 00 s");
  expect(block[1]).toContain("1 kept, 0 discarded");
});

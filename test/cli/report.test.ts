/** `strop report`: the page of a run that has ended, and of one that goes on, in a file or from a server. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { startedEvent } from "../journal/arbitrary-run.ts";
import { proposed, wholeTrial } from "../journal/simple-trial.ts";
import type { RunEvent } from "../../src/journal/events.ts";
import { reduce } from "../../src/journal/reduce.ts";
import type { RunState } from "../../src/journal/state.ts";
import { underWay } from "../../src/report/under-way.ts";
import { servePage } from "../../src/server/serve-page.ts";
import { quadraticTask } from "../loop/make-task.ts";
import { start, strop } from "./strop.ts";

/** Free a moment ago. */
async function somePort(): Promise<string> {
  const server = await servePage(() => ({ html: "", isLive: false }));
  await server.close();
  return new URL(server.url).port;
}

test("is written when asked for, and served as the run stands at each request", { timeout: 120_000 }, async () => {
  const { folder } = quadraticTask();
  const run = ["run", "--tier", "deno", "--trials"];
  expect(await strop([...run, "2"], folder)).toMatchObject({ code: 0 });

  const written = await strop(["report", "-o", ".strop/page.html"], folder);
  expect([written.code, written.stdout]).toEqual([0, ".strop/page.html\n"]);
  expect(readFileSync(join(folder, ".strop/page.html"), "utf8")).toContain('id="t1"');
  const inPlace = await strop(["report", "--json"], folder);
  const { report } = JSON.parse(inPlace.stdout) as { report: string };
  expect(report.endsWith(".strop/runs/run-001/report.html")).toBe(true);
  expect(readFileSync(report, "utf8")).toBe(readFileSync(join(folder, ".strop/page.html"), "utf8"));

  const port = await somePort();
  const live = start(["report", "--live", "--port", port], folder);
  await live.saw(/Ctrl-C ends the page/);
  const page = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  expect(await page()).not.toContain('id="t3"');
  expect(await strop([...run, "4"], folder)).toMatchObject({ code: 0 });
  expect(await page()).toContain('id="t3"');
  live.kill("SIGINT");
  expect(await live.ended).toMatchObject({ code: 0, stdout: `http://127.0.0.1:${port}/\n` });
});

test.each([
  [["report", "--port", "8080"], "--port: expected it with strop report --live"],
  [["report", "--live", "-o", "x.html"], "--output: expected it with strop report, found it with strop report --live"],
  [["report", "-o", "x.html"], "expected a file outside the task's folder, found --output x.html"],
  [["report", "--run", "run-007"], "expected the run run-007"],
])("%j is refused with a word", async (command, word) => {
  const { folder } = quadraticTask();
  expect(await strop(["run", "--tier", "deno", "--trials", "1"], folder)).toMatchObject({ code: 0 });
  const { code, stderr } = await strop(command, folder);
  expect(code).toBe(2);
  expect(stderr).toContain(word);
});

test("says of a run that has not ended who works on what", () => {
  const events: RunEvent[] = [startedEvent("minimize"), ...wholeTrial(0, 4, "keep"), proposed(1), proposed(2)];
  const state = events.reduce<RunState | null>(reduce, null) as RunState;
  expect(underWay(state, 42)).toMatch(/^Running now, process 42\. Under way: #1 .+; #2 .+\.$/);
  expect(underWay(state, null)).toMatch(/^Cut off, or paused: /);
  expect(underWay({ ...state, ended: "all 3 trials done" }, null)).toBe("");
});

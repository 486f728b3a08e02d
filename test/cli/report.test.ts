/** `strop report`: the page of a run that has ended, and of one that goes on, in a file or from a server. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { startedEvent } from "../journal/arbitrary-run.ts";
import { proposed, wholeTrial } from "../journal/simple-trial.ts";
import { openJournal } from "../../src/journal/journal.ts";
import type { RunEvent } from "../../src/journal/events.ts";
import { reduce } from "../../src/journal/fold/reduce.ts";
import type { RunState } from "../../src/journal/state.ts";
import { reportHtml } from "../../src/report/html.ts";
import { underWay, type Worker } from "../../src/report/under-way.ts";
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
  // The two streams may come in any order.
  await expect.poll(live.printed).toMatch(/^http.*\n$/);
  const url = live.printed().trim();
  expect(new URL(url).host).toBe(`127.0.0.1:${port}`);
  const page = async () => (await fetch(url)).text();
  expect(await page()).not.toContain('id="t3"');
  expect(await strop([...run, "4"], folder)).toMatchObject({ code: 0 });
  expect(await page()).toContain('id="t3"');
  live.kill("SIGINT");
  expect(await live.ended).toMatchObject({ code: 0, stdout: `${url}\n` });
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
  const said = (worker: Worker) => underWay(state, { worker, now: state.lastAt + 200_000 });
  expect(said(42)).toMatch(/^Running, process 42\. Last heard of 3 m 20 s ago\. Under way: #1 .+; #2 .+\.$/);
  expect(said(null)).toBe("Cut off; the command that began it goes on with it. Last heard of 3 m 20 s ago.");
  expect(said(undefined)).toMatch(/^Cut off, and another run has begun since\. /);
  const ended = { ...state, ended: "all 3 trials done" };
  expect(underWay(ended, { worker: null, now: 0 })).toBe("");
  const page = reportHtml({ state: ended, trials: [], diff: "", beside: [] });
  expect(page).toContain('<p class="soft">Ended: all 3 trials done.</p></header>');
});

test("status and the page say of the same run the same", async () => {
  const { folder } = quadraticTask();
  const begin = (run: string) => {
    const journal = openJournal(join(folder, `.strop/runs/${run}/journal.db`), { create: true });
    const baseline = journal.saveProgram({ "train.ts": "1\n" });
    for (const event of [{ ...startedEvent("minimize"), run, baseline } as RunEvent, proposed(0)])
      journal.append(event);
    journal.close();
  };
  const words = async (run: string) => {
    const status = await strop(["status", "--run", run], folder);
    await strop(["report", "--run", run, "-o", ".strop/page.html"], folder);
    const page = readFileSync(join(folder, ".strop/page.html"), "utf8");
    return [/^\S+ run-\d+ {2}(.*)$/m.exec(status.stdout)?.[1], /<p class="soft">(C[^.]*)\./.exec(page)?.[1]];
  };
  begin("run-001");
  const cutOff = "ut off; the command that began it goes on with it";
  expect(await words("run-001")).toEqual([`c${cutOff}`, `C${cutOff}`]);
  begin("run-002");
  const overtaken = "ut off, and another run has begun since";
  expect(await words("run-001")).toEqual([`c${overtaken}`, `C${overtaken}`]);
});

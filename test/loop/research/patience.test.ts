import { expect, test } from "vitest";

import { patience } from "../../../src/loop/research/patience.ts";
import { runTask } from "../../../src/loop/research/run-task.ts";
import { loadTask } from "../../../src/workspace/load-task.ts";
import { block, fails, scriptedModel } from "../../propose/model/scripted.ts";
import { quadraticTask } from "../make-task.ts";

test("waits grow to two minutes, begin anew with another trial, and end after an hour or with the session", () => {
  const wait = patience();
  expect([1, 1, 1, 2, 2].map((trial) => wait(trial, Number.POSITIVE_INFINITY))).toEqual([1, 2, 4, 1, 2].map(seconds));
  expect(wait(2, 3_000)).toBe(3_000);
  const waits = Array.from({ length: 60 }, () => wait(3, Number.POSITIVE_INFINITY));
  expect(Math.max(...waits.map((ms) => ms ?? 0))).toBe(120_000);
  expect(waits.at(-1)).toBeUndefined();
  expect(wait(3, 60_000)).toBe(60_000);
});

const seconds = (count: number): number => 1000 * count;
const width = (from: number, to: number): string =>
  `Idea: width ${to}\n\ntrain.ts\n${block(`const width = ${from};`, `const width = ${to};`)}`;

test("no wait is longer than what is left of the run's hours, and then they are why it ends", async () => {
  const { folder } = quadraticTask({ proposer: "model", stop: { hours: 1 } });
  let clock = 1_000;
  const model = scriptedModel((_, call) => {
    if (call === 0) return [width(8, 6)];
    clock = call < 3 ? 3_600_100 : 3_601_000;
    return fails("server-error");
  });
  const notes: string[] = [];
  const { state } = await runTask(await loadTask(folder), {
    tier: "deno",
    models: [model],
    observer: { note: (text) => void notes.push(text) },
    now: () => clock,
  });
  expect(notes.filter((note) => /again/.test(note)).map((note) => note.replace(/.* in /, ""))).toEqual(["1 s", "1 s"]);
  expect(state.ended).toBe("1 hours are over");
});

async function run(failing: ReturnType<typeof fails>) {
  const { folder } = quadraticTask({ proposer: "model", stop: { trials: 3 } });
  const model = scriptedModel((_, call) => [[width(8, 6)], failing, [width(6, 4)]][call] ?? fails("unreachable"));
  const notes: string[] = [];
  const observer = { note: (text: string) => void notes.push(text) };
  const { state } = await runTask(await loadTask(folder), { tier: "deno", models: [model], observer });
  return { state, notes };
}

test("a model that answered and is overloaded for a moment ends no run that has nobody else to ask", async () => {
  const { state, notes } = await run(fails("server-error"));
  expect(state).toMatchObject({ ended: "all 3 trials done", champion: { trial: 2 } });
  expect(notes).toContain("nobody answers; asking again in 1 s");
});

test("one that will not answer again does", async () => {
  const { state } = await run(fails("rate-limited", false));
  expect(state.ended).toMatch(/nothing left to propose/);
});

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import { candidateId } from "../../src/core/candidate.ts";
import { acquireLock } from "../../src/journal/store/lock.ts";
import { inbox } from "../../src/server/inbox.ts";
import { trySession } from "../../src/server/session.ts";
import { QUADRATIC, quadraticTask } from "../loop/make-task.ts";

const never = new AbortController().signal;

/** Long enough for a test to do something meanwhile. */
const PROGRAM = QUADRATIC.replace(
  "return",
  "if (width !== 8) await new Promise((go) => setTimeout(go, 800));\n  return",
);

function open(idleMs: number) {
  const task = quadraticTask({}, { "train.ts": PROGRAM });
  const session = trySession({ folder: task.folder, tier: "deno", idleMs, now: () => performance.now() });
  const tryWidth = (width: number) =>
    session.handIn({
      edit: { kind: "search-replace", blocks: [{ path: "train.ts", search: "= 8;", replace: `= ${width};` }] },
      parent: candidateId({ "train.ts": PROGRAM }),
      description: `width ${width}`,
      proposer: "mcp:test",
    });
  return { ...session, folder: task.folder, tryWidth };
}

describe("a session", () => {
  test("lets go of the folder when nothing comes for a while, and opens again when something does", async () => {
    const { tryWidth, wait, activity, folder } = open(200);
    const first = await wait(tryWidth(4).ticket, 60_000, never);
    expect(first).toMatchObject({ trial: 1, isOver: true });
    while (activity() !== "") await sleep(20);
    acquireLock(`${folder}/.strop`).release();
    expect(await wait(tryWidth(3).ticket, 60_000, never)).toMatchObject({ trial: 2, isOver: true });
    while (activity() !== "") await sleep(20);
  });

  test("refuses what still waits when it is stopped, and finishes what runs", async () => {
    const { tryWidth, wait, stop, find } = open(60_000);
    const [first, second] = [tryWidth(4), tryWidth(5)];
    while (find(first.ticket)?.trial === null) await sleep(5);
    const result = await stop("after-running");
    expect(result?.state.counts.scored).toBe(2);
    expect(await wait(first.ticket, 0, never)).toMatchObject({ trial: 1, isOver: true, problem: undefined });
    expect(await wait(second.ticket, 0, never)).toMatchObject({ trial: null, problem: { code: "mcp.stopped" } });
    expect(await stop("now")).toBeNull();
  });

  test("of a folder that another strop works in is told so, and tries again next time", async () => {
    const { tryWidth, wait, stop, folder } = open(60_000);
    const lock = acquireLock(`${folder}/.strop`);
    const refused = await wait(tryWidth(4).ticket, 60_000, never);
    expect(refused).toMatchObject({ isOver: true, problem: { code: "journal.locked" } });
    lock.release();
    await sleep(50);
    expect(await wait(tryWidth(4).ticket, 60_000, never)).toMatchObject({ trial: 1, problem: undefined });
    await stop("now");
  });

  test("takes 64 waiting edits and not one more", async () => {
    const { tryWidth, stop } = open(60_000);
    for (let i = 0; i < 64; i++) tryWidth(i);
    expect(() => tryWidth(99)).toThrow(/at most 64/);
    await stop("now");
  });
});

describe("an inbox", () => {
  test("hands on in order, and gives nothing once closed, aborted or woken", async () => {
    const box = inbox<number>(60_000);
    box.put(1);
    box.put(2);
    expect([await box.take(never), await box.take(never)]).toEqual([1, 2]);
    const later = box.take(never);
    box.put(3);
    expect(await later).toBe(3);
    const woken = box.take(never);
    box.wake();
    expect(await woken).toBeNull();
    const controller = new AbortController();
    const aborted = box.take(controller.signal);
    controller.abort();
    expect(await aborted).toBeNull();
    const closed = box.take(never);
    box.close();
    box.put(4);
    expect([await closed, await box.take(never), box.waiting()]).toEqual([null, null, [4]]);
    box.open();
    expect(await box.take(never)).toBe(4);
  });

  test("closes itself when its reader waited in vain", async () => {
    const box = inbox<number>(20);
    expect(await box.take(never)).toBeNull();
    expect(box.isClosed()).toBe(true);
  });
});

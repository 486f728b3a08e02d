import { EventEmitter } from "node:events";
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";

import { createDenoPool } from "../../../src/sandbox/deno/deno-pool.ts";
import type { Launched } from "../../../src/sandbox/limits/supervise.ts";

const ignore = () => {};

function poolOf(spares: number) {
  let launched = 0;
  const pool = createDenoPool(spares, () => {
    launched += 1;
    const child = Object.assign(new EventEmitter(), { stdio: [], ref: ignore, unref: ignore });
    return { child, overheadProcesses: 0, kill: ignore, gone: async () => {} } as unknown as Launched;
  });
  pool.refill(1);
  return launched;
}

test("as many loaders wait as were asked for, and a slip of the keyboard does not flood the machine", () => {
  expect(poolOf(0)).toBe(0);
  expect(poolOf(2)).toBe(2);
  expect(poolOf(1_000)).toBe(Math.min(1_000, availableParallelism() + 1));
});

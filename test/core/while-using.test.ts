import { expect, test } from "vitest";

import { whileUsing } from "../../src/core/while-using.ts";

test("what is used is disposed of once the work has settled, however it ends", async () => {
  const seen: string[] = [];
  const resource = { [Symbol.dispose]: () => void seen.push("disposed") };
  const work = async (used: unknown) => {
    expect(used).toBe(resource);
    await Promise.resolve();
    seen.push("worked");
    return 7;
  };
  expect(await whileUsing(resource, work)).toBe(7);
  const failing = async () => {
    await work(resource);
    throw new Error("no");
  };
  await expect(whileUsing(resource, failing)).rejects.toThrow("no");
  expect(seen).toEqual(["worked", "disposed", "worked", "disposed"]);
});

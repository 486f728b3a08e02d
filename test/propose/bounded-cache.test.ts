import { describe, expect, it } from "vitest";

import { boundedCache } from "../../src/propose/bounded-cache.ts";

/** Asks for every key of each round; returns how often the answer had to be computed. */
async function computed(cache: ReturnType<typeof boundedCache<string>>, rounds: readonly string[]): Promise<number> {
  let count = 0;
  for (const key of rounds) await cache(key, () => Promise.resolve(`${key} ${(count += 1)}`));
  return count;
}

describe("a bounded cache", () => {
  const files = ["a.ts", "b.ts", "c.ts", "d.ts", "e.ts"];

  it("keeps all the files of a program that has more of them than places, as long as they are short", async () => {
    expect(await computed(boundedCache(2, 100), [...files, ...files, ...files])).toBe(5);
  });

  it("drops what was not used for longest when the keys are longer than that together", async () => {
    const cache = boundedCache<string>(2, 12);
    expect(await computed(cache, files)).toBe(5);
    expect(await computed(cache, ["e.ts", "d.ts", "c.ts"])).toBe(0);
    expect(await computed(cache, ["b.ts"])).toBe(1);
    expect(await computed(cache, ["e.ts"])).toBe(1);
  });

  it("keeps as many as it has places, however long their keys", async () => {
    expect(await computed(boundedCache(5), [...files, ...files])).toBe(5);
    expect(await computed(boundedCache(4), [...files, ...files])).toBe(10);
  });

  it("does not keep a failure", async () => {
    const cache = boundedCache<string>(2, 100);
    await expect(cache("a.ts", () => Promise.reject(new Error("no grammar")))).rejects.toThrow("no grammar");
    expect(await computed(cache, ["a.ts"])).toBe(1);
  });
});

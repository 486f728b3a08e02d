import type { Json } from "../../../src/core/json.ts";
import type { Parts } from "../../../src/loop/parts.ts";

/** Parts of one trial, without a journal. */
export function memoryParts(): Parts {
  const done = new Map<string, Promise<Json>>();
  return {
    once<T extends Json>(part: string, work: () => Promise<T>): Promise<T> {
      if (!done.has(part)) done.set(part, work());
      return done.get(part) as Promise<T>;
    },
  };
}

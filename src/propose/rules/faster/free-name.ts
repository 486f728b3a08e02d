/** Names for what a rule adds. */
import { remember } from "../../../core/remember.ts";
import type { Source } from "../rule.ts";

/** The first of the names from 1 on that the file does not have, after leaving out `past` of them. */
export function freeName(source: Source, name: (n: number) => string, past = 0): string {
  let left = past;
  for (let n = 1; ; n++) if (!words(source).has(name(n)) && left-- === 0) return name(n);
}

const words = remember((source: Source): ReadonlySet<string> => new Set(source.text.match(/[\p{L}\p{N}_]+/gu) ?? []));

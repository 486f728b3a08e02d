/** What a journal or a config says, safe for a terminal: it may come from others, and its names could drive the terminal as well as its texts. */
import { printable } from "../../core/printable.ts";
import { unturned } from "../../report/escape.ts";

/** The same data with every text and every key printable. */
export function shown<T>(value: T): T {
  if (typeof value === "string") return unturned(printable(value)) as T;
  if (Array.isArray(value)) return value.map(shown) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [unturned(printable(key)), shown(inner)])) as T;
}

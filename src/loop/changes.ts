/** What differs between the settings that a run began with and those that it is to go on with, in words. */
import { isRecord } from "../core/json.ts";

/** `budget.trainSeconds 1, was 5`: the innermost keys that differ, as JSON. */
export function changes(before: unknown, now: unknown, path = ""): string[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  if (!isRecord(before) || !isRecord(now)) {
    const [was, is] = [JSON.stringify(before) ?? "none", JSON.stringify(now) ?? "none"];
    let same = 0;
    while (same < was.length && was[same] === is[same]) same++;
    const from = Math.max(0, same - LEAD);
    return [`${path} ${excerpt(is, from)}, was ${excerpt(was, from)}`];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys].flatMap((key) => changes(before[key], now[key], path === "" ? key : `${path}.${key}`));
}

/** Characters of a long value that are shown, and how many of them before the first that differs. */
const SHOWN = 120;
const LEAD = 40;

function excerpt(text: string, from: number): string {
  if (text.length <= SHOWN) return text;
  return `${from > 0 ? "…" : ""}${text.slice(from, from + SHOWN)}${from + SHOWN < text.length ? "…" : ""}`;
}

/** What differs between the settings that a run began with and those that it is to go on with, in words. */
import { isRecord } from "../core/json.ts";

/** `budget.trainSeconds 1, was 5`: the innermost keys that differ, as JSON. */
export function changes(before: unknown, now: unknown, path = ""): string[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  if (!isRecord(before) || !isRecord(now))
    return [`${path} ${JSON.stringify(now) ?? "none"}, was ${JSON.stringify(before) ?? "none"}`];
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys].flatMap((key) => changes(before[key], now[key], path === "" ? key : `${path}.${key}`));
}

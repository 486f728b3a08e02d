/**
 * What an agent's printed text says about its work: one line for people and, from agents that print JSON, the money. Both
 * are claims of the user's own tool; neither decides anything but what is counted and shown.
 */
import { printable } from "../../core/printable.ts";

export interface AgentWords {
  /** Its last words, one line; "" when it said nothing. */
  readonly summary: string;
  /** US dollars, or undefined when it does not say. */
  readonly cost: number | undefined;
}

const LONGEST_SUMMARY = 160;
/** Names under which agents print the dollars of a whole session. */
const COST_KEYS = ["total_cost_usd", "cost_usd"] as const;
const MOST_DOLLARS = 100_000;

/** Reads one JSON value, JSON lines with other lines among them, or plain text. `text` is the end of what was printed. */
export function readPrinted(text: string): AgentWords {
  const objects = objectsIn(text);
  const costs = objects.flatMap((object) => COST_KEYS.map((key) => object[key])).filter(isDollars);
  const said = objects.map(({ result }) => result).filter((result) => typeof result === "string");
  return { summary: lastLine(said.at(-1) ?? (objects.length > 0 ? "" : text)), cost: costs.at(-1) };
}

function objectsIn(text: string): Record<string, unknown>[] {
  const whole = parsed(text);
  const values = whole === undefined ? text.split("\n").map(parsed) : [whole].flat();
  return values.filter((value) => typeof value === "object" && value !== null) as Record<string, unknown>[];
}

/** Undefined for what is no JSON: most lines that programs print are not. */
function parsed(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[{[]/.test(trimmed)) return undefined;
  try {
    return JSON.parse(trimmed);
  } catch {
    return undefined;
  }
}

const isDollars = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= MOST_DOLLARS;

function lastLine(text: string): string {
  const lines = printable(text)
    .split("\n")
    .map((line) =>
      line
        .replace(/^[\s*#>-]+/, "")
        .replace(/\s+/g, " ")
        .trim(),
    );
  const line = lines.findLast((each) => /[\p{L}\p{N}]/u.test(each)) ?? "";
  return line.length > LONGEST_SUMMARY ? `${line.slice(0, LONGEST_SUMMARY - 1)}…` : line;
}

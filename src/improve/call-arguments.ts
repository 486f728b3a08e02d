/**
 * Reads what an improver sent with a call. It is JSON of any shape; what is not exactly a call is refused with what was
 * expected and what was found.
 */
import { fieldsOf, type Json } from "../core/json.ts";
import { RefusedCall } from "./refused-call.ts";
import type { ImproverLimits, ModelPrompt } from "./types.ts";

const DEFAULT_TEMPERATURE = 0.7;
const HIGHEST_TEMPERATURE = 2;

/** The solution of a utility call, and whether the call switches the protected option off. */
export function solutionOf(
  argument: Json,
  { limits, option }: { readonly limits: ImproverLimits; readonly option: string | undefined },
): { solution: string; isDisabling: boolean } {
  const { solution, options } = fieldsOf(argument);
  if (typeof solution !== "string") throw malformed("utility: expected a solution as a string", solution);
  requireLength("a solution", solution.length, limits.solutionCharacters);
  const given = option === undefined ? undefined : fieldsOf(options)[option];
  return { solution, isDisabling: given !== undefined && given !== true };
}

/** A model call; a temperature outside [0, 2] is moved to the nearest that a model takes. */
export function promptOf(
  argument: Json,
  { limits, responsesPerCall }: { readonly limits: ImproverLimits; readonly responsesPerCall: number },
): ModelPrompt {
  const { expertise, messages, temperature = DEFAULT_TEMPERATURE } = fieldsOf(argument);
  if (typeof expertise !== "string") throw malformed("batchPrompt: expected an expertise as a string", expertise);
  if (!Array.isArray(messages) || !messages.every((message) => typeof message === "string"))
    throw malformed("batchPrompt: expected messages as an array of strings", messages);
  if (typeof temperature !== "number")
    throw malformed("batchPrompt: expected a temperature as a finite number", temperature);
  if (messages.length > responsesPerCall)
    throw new RefusedCall(
      `batchPrompt: expected at most ${responsesPerCall} messages, found ${messages.length}`,
      "too-many-messages",
    );
  const length = messages.reduce((sum, message) => sum + message.length, expertise.length);
  requireLength("a prompt", length, limits.promptCharacters);
  return { expertise, messages, temperature: Math.min(Math.max(temperature, 0), HIGHEST_TEMPERATURE) };
}

function requireLength(what: string, length: number, allowed: number): void {
  if (length > allowed)
    throw new RefusedCall(`expected ${what} of at most ${allowed} characters, found ${length}`, "oversized-call");
}

const malformed = (expected: string, found: Json | undefined): RefusedCall =>
  new RefusedCall(`${expected}, found ${describe(found)}`, "malformed-call");

const describe = (found: Json | undefined): string =>
  found === null ? "null" : Array.isArray(found) ? "an array" : typeof found;

/** What is reported when several runs at a time failed in the harness. */
import { StropError, messageOf } from "../core/errors.ts";

/** The first of `failed`, with the messages of the others if they are other ones; all of them are its cause. What is explained comes first. */
export function allFailures(failed: readonly unknown[]): unknown {
  const ordered = failed.toSorted((a, b) => Number(b instanceof StropError) - Number(a instanceof StropError));
  const [first] = ordered;
  const [message, ...others] = new Set(ordered.map(messageOf));
  if (message === undefined || others.length === 0) return first;
  const { code, hint } = first instanceof StropError ? first : { code: "internal", hint: undefined };
  return new StropError(code, `${message}\nAt the same time: ${others.join("\nand: ")}`, {
    ...(hint !== undefined && { hint }),
    cause: new AggregateError(failed),
  });
}

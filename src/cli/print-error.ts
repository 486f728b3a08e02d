/** How an error reaches the user: what was expected and found, and what to do. The stack only on request. */
import { inspect } from "node:util";

import { CommanderError } from "commander";

import { StropError, messageOf } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { EXIT } from "./exit-code.ts";
import { bold, dim, red } from "./style.ts";

/** Rooms whose errors are about what the user typed or wrote. */
const USAGE =
  /^(config|cli|program|run\.(?:none|task-changed|changed)|trial|apply|clean|import|propose\.unknown-proposer|models|recurse\.(?:changed|no-run)|improve\.unknown|downstream|sandbox\.unsafe|journal\.import|gym\.(?:unknown-family|other-settings)|policy\.(?:none|unreadable))\b/;

/** Prints to stderr and returns the exit code. */
export function printError(thrown: unknown, json: boolean): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  const code = thrown instanceof StropError ? thrown.code : "internal";
  const hint = thrown instanceof StropError ? thrown.hint : undefined;
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: code, message: messageOf(thrown), hint })}\n`);
  } else {
    process.stderr.write(`${red(bold("strop:"))} ${printable(messageOf(thrown))}\n`);
    if (hint !== undefined) process.stderr.write(`       ${printable(hint)}\n`);
    if (code === "internal")
      process.stderr.write(
        dim("       this is a defect in strop; run again with STROP_DEBUG=1 and report what it prints\n"),
      );
  }
  if (process.env["STROP_DEBUG"] !== undefined && thrown instanceof Error) process.stderr.write(`${inspect(thrown)}\n`);
  return USAGE.test(code) ? EXIT.usage : EXIT.harness;
}

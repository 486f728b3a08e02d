/** How an error reaches the user: what was expected and found, and what to do. The stack only on request. */
import { inspect } from "node:util";

import { CommanderError } from "commander";

import { StropError, messageOf } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { EXIT } from "./exit-code.ts";
import { bold, dim, red, say } from "./screen/style.ts";

/** Rooms whose errors are about what the user typed or wrote. */
const USAGE =
  /^(config|cli|program|run\.(?:none|no-baseline|task-changed|changed)|report\.nothing-to-draw|trial|apply|clean|import|propose\.unknown-proposer|models|recurse\.(?:changed|no-run)|improve\.unknown|downstream|sandbox\.unsafe|journal\.import|gym\.(?:unknown-family|other-settings)|reprogram\.no-(?:family|model)|data\.(?:missing|no-sample|too-few)|judge\.unknown-pruner|policy\.(?:none|unreadable))\b/;

/** Prints to stderr and returns the exit code. */
export function printError(thrown: unknown, json: boolean): number {
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return EXIT.done;
    // As text it is written already.
    if (json) process.stderr.write(`${JSON.stringify({ error: thrown.code, message: thrown.message })}\n`);
    return EXIT.usage;
  }
  const refused = refusal(thrown);
  const code = thrown instanceof StropError ? thrown.code : (refused?.code ?? "internal");
  const hint = thrown instanceof StropError ? thrown.hint : refused?.hint;
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: code, message: messageOf(thrown), hint })}\n`);
  } else {
    say(`${red(bold("strop:"))} ${printable(messageOf(thrown))}`);
    if (hint !== undefined) say(`       ${printable(hint)}`);
    if (code === "internal")
      say(dim("       this is a defect in strop; run again with STROP_DEBUG=1 and report what it prints"));
  }
  if (process.env["STROP_DEBUG"] !== undefined && thrown instanceof Error) process.stderr.write(`${inspect(thrown)}\n`);
  return USAGE.test(code) ? EXIT.usage : EXIT.harness;
}

/** What a system says that is no defect of strop, and what to do about it. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full; with room again, the same command goes on.",
  EDQUOT: "Your quota of the disk is used up; with room again, the same command goes on.",
  EROFS: "Nothing can be written there; name another place.",
  EACCES: "Make it yours and writable, or name another place.",
  EPERM: "Make it yours and writable, or name another place.",
  EEXIST: "A file stands where a folder is needed; name another place.",
  ENOTDIR: "A file stands where a folder is needed; name another place.",
  EISDIR: "A folder stands where a file is needed; name another place.",
};

function refusal(thrown: unknown): { readonly code: string; readonly hint: string } | undefined {
  if (thrown instanceof StropError || !(thrown instanceof Error) || !("code" in thrown)) return undefined;
  const name = String(thrown.code);
  const hint = Object.hasOwn(REFUSALS, name) ? REFUSALS[name] : undefined;
  return hint === undefined ? undefined : { code: `system.${name.toLowerCase()}`, hint };
}

/**
 * The improvers that come with strop: one strategy of the paper each (docs/improvers.md). They are TypeScript text, because
 * an improver is what improvers improve; the same files are type-checked here and shipped beside the compiled code.
 */
import { readFileSync } from "node:fs";

import { StropError } from "../core/errors.ts";

/** Names as `strop recurse` takes them; the seed first, then the baselines of §5.1, then §6.1 and Appendix B. */
export const improverNames = [
  "seed",
  "chain-of-thought",
  "greedy",
  "genetic",
  "genetic-implicit",
  "beam",
  "decomposition",
  "annealing",
  "temperature",
  "temperature-bandit",
  "solution-bandit",
  "local-search",
  "hints",
  "epsilon-greedy",
] as const;

/** The text of a shipped improver. Throws StropError `improve.unknown` for any other name, `improve.missing` when its file is gone. */
export function improverSource(name: string): string {
  if (!(improverNames as readonly string[]).includes(name))
    throw new StropError("improve.unknown", `expected the name of a shipped improver, found ${JSON.stringify(name)}`, {
      hint: `Take one of ${improverNames.join(", ")}.`,
    });
  try {
    return readFileSync(new URL(`./improvers/${name}.ts`, import.meta.url), "utf8");
  } catch (cause) {
    throw new StropError("improve.missing", `expected the text of the improver ${name}, found no such file`, {
      hint: "Install strop again.",
      cause,
    });
  }
}

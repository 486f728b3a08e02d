/**
 * The proposers by the names that `strop run --proposer` takes.
 */
import { StropError } from "../core/errors.ts";
import { cmaEs } from "./cma-es.ts";
import { portfolio } from "./portfolio.ts";
import { randomLiterals } from "./random.ts";
import { rewrites } from "./rewrites.ts";
import { tpe } from "./tpe.ts";
import type { Proposer } from "./types.ts";

interface Entry {
  /** One line for `--help`. */
  readonly description: string;
  create(): Proposer;
}

const PROPOSERS: Readonly<Record<string, Entry>> = {
  portfolio: {
    description: "all of the below, by what pays (a bandit); the default",
    create: () =>
      portfolio([
        { proposer: tpe(), prior: [1.5, 2] },
        { proposer: rewrites(), prior: [1, 2] },
        { proposer: randomLiterals(), prior: [1, 2] },
        { proposer: cmaEs(), from: 60 },
      ]),
  },
  tpe: { description: "literals: moves a few to where good trials are and bad ones are not", create: tpe },
  "cma-es": {
    description:
      "literals: moves all numbers at once and learns how they depend on each other; wants 100 trials or more",
    create: cmaEs,
  },
  rewrites: {
    description: "code: swaps, deletes, repeats and relaxes pieces of it, and a bank of training idioms",
    create: rewrites,
  },
  random: { description: "literals: moves one or two at random; the baseline to compare with", create: randomLiterals },
};

/** Every name with one line about it, the default first. */
export const proposerNames: readonly { readonly name: string; readonly description: string }[] = Object.entries(
  PROPOSERS,
).map(([name, { description }]) => ({ name, description }));

/** The proposer of that name. Throws StropError `propose.unknown-proposer`. */
export function createProposer(name: string): Proposer {
  const entry = Object.hasOwn(PROPOSERS, name) ? PROPOSERS[name] : undefined;
  if (entry !== undefined) return entry.create();
  const names = Object.keys(PROPOSERS).join(", ");
  throw new StropError("propose.unknown-proposer", `expected a proposer's name, found ${JSON.stringify(name)}`, {
    hint: `Choose one of: ${names}.`,
  });
}

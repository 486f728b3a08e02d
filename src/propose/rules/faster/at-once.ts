/**
 * All that rules of small gains find in a file, in one edit: one by one they would each have to be told from the noise. Where one of them
 * breaks the program, the rules themselves still offer the others.
 */
import type { Rewrite, Rule, Source } from "../rule.ts";
import { append } from "./c/append.ts";
import { madeOnce } from "./c/made-once.ts";
import { streams } from "./c/streams.ts";
import { textEnd } from "./c/text-end.ts";
import { compileOnce } from "./compile-once.ts";
import { copies } from "./copies.ts";
import { builders } from "./go/builders.ts";
import { flatTables } from "./go/flat-tables.ts";
import { grow } from "./grow.ts";
import { hoist } from "./hoist.ts";
import { loopBounds } from "./loop-bounds.ts";
import { references } from "./references.ts";
import { filled } from "./scripts/filled.ts";
import { strength } from "./strength.ts";

/** The safest first: of two that are about the same place the first is taken. */
const SMALL: readonly Rule[] = [
  references,
  madeOnce,
  streams,
  append,
  textEnd,
  builders,
  flatTables,
  grow,
  strength,
  loopBounds,
  compileOnce,
  filled,
  hoist,
  copies,
];
/** Of the copies in a program of Rust most are needed: what is only borrowed cannot be moved, and one of them breaks all. */
const isAlone = (rule: Rule, { language }: Source): boolean => rule === copies && language === "rust";

export const atOnce: Rule = {
  name: "at-once",
  weight: 1.5,
  find: (source) => {
    const found = SMALL.filter((rule) => !isAlone(rule, source))
      .map((rule) => ({ what: rule.name, rewrites: apart(rule.find(source)) }))
      .filter(({ rewrites }) => rewrites.length > 0);
    const all = { what: "small things", rewrites: apart(found.flatMap(({ rewrites }) => rewrites)) };
    return (found.length > 1 ? [all, ...found] : found)
      .filter(({ rewrites }) => rewrites.length > 1)
      .map(({ what, rewrites }) => joined(what, rewrites, source));
  },
};

const joined = (what: string, rewrites: readonly Rewrite[], { text }: Source): Rewrite => ({
  description: `${what} at ${rewrites.length} places at once`,
  at: rewrites.reduce((first, { at }) => Math.min(first, at), text.length),
  replacements: rewrites.flatMap(({ replacements }) => replacements),
});

/** Those of which none touches what an earlier one does. Two lines may be put at one place. */
function apart(rewrites: readonly Rewrite[]): readonly Rewrite[] {
  const taken: Replacement[] = [];
  return rewrites.filter(({ replacements }) => {
    const isFree = replacements.every((one) => taken.every((other) => areApart(one, other)));
    if (isFree) taken.push(...replacements);
    return isFree;
  });
}

type Replacement = Rewrite["replacements"][number];

const areApart = (one: Replacement, other: Replacement): boolean =>
  one.end < other.start || other.end < one.start || (isLine(one) && isLine(other) && one.start === other.start);

/** Nothing is replaced by it. */
const isLine = ({ start, end, text }: Replacement): boolean => start === end && text.includes("\n");

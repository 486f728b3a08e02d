/** One syntax-aware edit of a program outside any run: a literal, or a rewrite of the syntax tree. */
import { applyEdit } from "../../core/edits/apply-edit.ts";
import { candidateId } from "../../core/candidate.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import type { Random } from "../../core/numerics/random.ts";
import { positionAt } from "../../syntax/tree.ts";
import { domainsOf } from "../literals/literal-space.ts";
import { randomLiterals } from "../literals/random.ts";
import { findRewrites, newProgram, type Placed } from "../rewrites.ts";
import type { Rule } from "../rules/rule.ts";
import { untriedContext } from "./context.ts";
import { latestValue } from "./latest-value.ts";
import { repetition } from "./repetition.ts";

export interface EditedProgram {
  readonly files: ProgramFiles;
  /** One line: what was done. */
  readonly description: string;
}

/** Beside those of the proposer of rewrites, whose programs train rather than search. */
const RULES: readonly Rule[] = [repetition, latestValue];
/** With as many literals, half of the edits are of literals; with fewer, fewer. */
const USUAL_LITERALS = 3;
const TRIES = 50;

/**
 * The program after one random edit of its literals or its syntax tree; null when there is nothing to edit. `known` are
 * programs that must not come out.
 */
export async function editOnce(
  files: ProgramFiles,
  random: Random,
  known: readonly ProgramFiles[] = [],
): Promise<EditedProgram | null> {
  const literals = (await domainsOf(files)).length;
  const isLiteral = random.next() < literals / (literals + USUAL_LITERALS);
  const ways = isLiteral ? [moveLiterals, rewriteOnce] : [rewriteOnce, moveLiterals];
  for (const way of ways) {
    const edited = await way(files, random, known);
    if (edited !== null) return edited;
  }
  return null;
}

type Way = (files: ProgramFiles, random: Random, known: readonly ProgramFiles[]) => Promise<EditedProgram | null>;

const moveLiterals: Way = async (files, random, known) => {
  const proposal = await randomLiterals().propose(untriedContext(files, random, known), new AbortController().signal);
  if (proposal?.edit == null) return null;
  const applied = applyEdit(files, proposal.edit, (path) => path in files);
  return applied.ok ? { files: applied.files, description: proposal.description } : null;
};

const rewriteOnce: Way = async (files, random, known) => {
  const taken = new Set([files, ...known].map(candidateId));
  for (const { path, rewrite } of drawn(await findRewrites(files, RULES), random)) {
    const change = await newProgram(files, { rewrite, path }, taken);
    if (change === null) continue;
    const { line } = positionAt(files[path] as string, rewrite.at);
    return { files: change.files, description: `line ${line}: ${rewrite.description}` };
  }
  return null;
};

/** Without putting back. A rule is drawn by its weight and the root of how much it finds: many places, but not all of one kind. */
function drawn(all: readonly Placed[], random: Random): readonly Placed[] {
  const found = new Map([...Map.groupBy(all, ({ rule }) => rule)].map(([rule, its]) => [rule, its.length]));
  // Exponential clocks: who rings first with rate w is drawn with probability w / Σw.
  const rings = all.map((placed) => {
    const { rule } = placed;
    return { placed, at: -Math.log(1 - random.next()) / (rule.weight / Math.sqrt(found.get(rule) as number)) };
  });
  return rings
    .toSorted((a, b) => a.at - b.at)
    .slice(0, TRIES)
    .map(({ placed }) => placed);
}

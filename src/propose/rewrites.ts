/**
 * Syntax-tree rewrites of the champion: a small edit of its code rather than of its numbers. Rules that failed or
 * brought nothing in this run are tried less, those that paid more; nothing is proposed twice, and what broke one champion
 * is not done to the next.
 */
import { candidateId } from "../core/candidate.ts";
import type { ProgramFiles } from "../core/edit.ts";
import { editableRegions, isEditable } from "../core/edits/marked-regions.ts";
import { remember } from "../core/remember.ts";
import type { CandidateId } from "../core/trial.ts";
import { checkSyntax } from "../syntax/check-syntax.ts";
import { positionAt } from "../syntax/tree.ts";
import { examination, isAboutCost, isIn, setsItsExamination } from "./examination.ts";
import { knownCandidates } from "./literals/literal-proposal.ts";
import { type Change, changeOf } from "./replacements.ts";
import { alternatives } from "./rules/alternatives.ts";
import { argumentOrder, unwrap } from "./rules/calls.ts";
import { conditions } from "./rules/conditions.ts";
import { estimators } from "./rules/estimators.ts";
import { faster } from "./rules/faster/faster.ts";
import { operators } from "./rules/operators.ts";
import { hoistCalls } from "./rules/faster/hoist.ts";
import { memo } from "./rules/faster/memo/memo.ts";
import type { Rewrite, Rule, Source } from "./rules/rule.ts";
import { schedules } from "./rules/schedules.ts";
import { statements } from "./rules/statements.ts";
import { training } from "./rules/training.ts";
import { unfairParts } from "./rules/unfair-parts.ts";
import { sourcesOf } from "./sources.ts";
import type { Proposal, Proposer, ProposerContext } from "./types.ts";

const RULES: readonly Rule[] = [
  alternatives,
  schedules,
  training,
  estimators,
  statements,
  unwrap,
  conditions,
  operators,
  argumentOrder,
];
const NAME = "rewrites";
/** Rewrites looked at before a proposal is given up. */
const TRIES = 200;

/** One thing that a rule could do to one file. */
export interface Placed {
  readonly rule: Rule;
  readonly rewrite: Rewrite;
  readonly path: string;
}

/** A proposer that edits the champion's syntax tree. */
export const rewrites = (): Proposer => ({
  name: NAME,
  async propose(context) {
    const known = knownCandidates(context);
    const broke = breaking(context);
    const all = await rewritesFor(context);
    for (const placed of shuffled(all, context)) {
      if (broke.has(titleOf(placed))) continue;
      const proposal = await proposeRewrite(context, placed, known);
      if (proposal !== null) return proposal;
    }
    return null;
  },
});

const titleOf = ({ path, rewrite }: Placed): string => `${path} ${rewrite.description}`;

/** Titles of rewrites that broke the program they were done to. The line, which a description has besides, moves. */
const breaking = ({ history }: ProposerContext): ReadonlySet<string> =>
  new Set(
    history
      .filter(({ proposer, outcome }) => proposer === NAME && BROKEN.test(outcome?.status ?? ""))
      .map(({ description }) => description.replace(/:\d+ /, " ")),
  );

const BROKEN = /^(?:crashed|invalid)$/;

/** The champion with a rewrite; null if that changes nothing, was proposed before or is no program. */
export async function proposeRewrite(
  context: ProposerContext,
  { rule, rewrite, path }: Placed,
  known: ReadonlySet<CandidateId>,
): Promise<Proposal | null> {
  const parent = context.champion.candidate;
  const files = context.program(parent);
  const change = await newProgram(files, { rewrite, path }, known);
  if (change === null) return null;
  const { line } = positionAt(files[path] as string, rewrite.at);
  return {
    edit: change.edit,
    parent,
    description: `${path}:${line} ${rewrite.description}`,
    detail: { rule: rule.name },
  };
}

/** A program with a rewrite; null if that changes nothing, is known or is no program. */
export async function newProgram(
  files: ProgramFiles,
  placed: Pick<Placed, "rewrite" | "path">,
  known: ReadonlySet<CandidateId>,
): Promise<Change | null> {
  const change = applyRewrite(files, placed);
  if (change === null || known.has(candidateId(change.files))) return null;
  return (await checkSyntax(change.files, files)).length > 0 ? null : change;
}

/**
 * Everything that could be done to the champion. Where cost is the score, what makes programs faster and nothing else: a statement less, another
 * operator or condition makes another program, and what refuses it sees no more than it asks. Where an evaluator gives out the work, all of the
 * program may be faster; where the program or its tests time themselves, nothing is done to how, nor is anything remembered from one
 * timed round to the next.
 */
export async function rewritesFor({ task, champion, program }: ProposerContext): Promise<readonly Placed[]> {
  const files = program(champion.candidate);
  if (!isAboutCost(task)) return findRewrites(files);
  if (!setsItsExamination(task)) return placedBy(faster, files, allRewrites);
  const all = await placedBy(faster, files);
  const fenced = examination(await sourcesOf(files));
  // To work out before its loop what is timed is no gain.
  const isFenced = ({ rewrite: { at }, path }: Placed) => isIn(fenced, { path, start: at, end: at + 1 });
  return all.filter((placed) => placed.rule !== memo && (placed.rule !== hoistCalls || !isFenced(placed)));
}

/** Everything that the rules, and `more` of them, could do to a program, in order of rules and places. */
export const findRewrites = (files: ProgramFiles, more: readonly Rule[] = []): Promise<readonly Placed[]> =>
  placedBy([...RULES, ...more], files);

async function placedBy(
  rules: readonly Rule[],
  files: ProgramFiles,
  within = fairRewrites,
): Promise<readonly Placed[]> {
  const sources = await sourcesOf(files);
  return rules.flatMap((rule) => sources.flatMap((source) => within(source)(rule)));
}

/** By rule, of what may be edited. Most proposals are about the champion of the one before. */
const allRewrites = remember((source: Source) => {
  const regions = editableRegions(source.text);
  const isOpen = ({ replacements }: Rewrite) => replacements.every(({ start, end }) => isEditable(regions, start, end));
  const placed = (rule: Rule) => (rewrite: Rewrite) => ({ rule, rewrite, path: source.path });
  return remember((rule: Rule): readonly Placed[] => rule.find(source).filter(isOpen).map(placed(rule)));
});

/** Of these, what does not better the score alone. */
const fairRewrites = remember((source: Source) => {
  const unfair = new Uint8Array(source.text.length);
  for (const { start, end } of unfairParts(source)) unfair.fill(1, start, end);
  return (rule: Rule): readonly Placed[] => allRewrites(source)(rule).filter(({ rewrite }) => unfair[rewrite.at] !== 1);
});

/** The program after a rewrite, and the edit; null if it changes nothing. */
export const applyRewrite = (files: ProgramFiles, { rewrite, path }: Pick<Placed, "rewrite" | "path">): Change | null =>
  changeOf(
    files,
    rewrite.replacements.map((one) => ({ ...one, path })),
  );

/** A rule drawn by its weight, then one of its rewrites that is left, again and again. */
function* shuffled(all: readonly Placed[], context: ProposerContext): Generator<Placed> {
  const { random } = context;
  const rules = [...RULES, ...faster];
  const left = new Map(rules.map((rule) => [rule, random.shuffle(all.filter((one) => one.rule === rule))]));
  const weights = new Map(rules.map((rule) => [rule, rule.weight * earned(rule, context)]));
  for (let i = 0; i < TRIES; i++) {
    const open = rules.filter((rule) => (left.get(rule) as Placed[]).length > 0);
    const total = open.reduce((sum, rule) => sum + (weights.get(rule) as number), 0);
    let at = random.next() * total;
    const rule = open.find((one) => (at -= weights.get(one) as number) < 0) ?? open.at(-1);
    if (rule === undefined) return;
    yield (left.get(rule) as Placed[]).pop() as Placed;
  }
}

/** What this run says of a rule: (2 + 2·keeps) / (2 + trials / 2), a failed trial counting half as much again. */
function earned(rule: Rule, { history }: ProposerContext): number {
  let [paid, spent] = [2, 2];
  for (const { proposer, detail, outcome, verdict } of history) {
    if (proposer !== NAME || outcome === null || (detail as { rule?: unknown } | null)?.rule !== rule.name) continue;
    spent += outcome.status === "scored" || outcome.status === "stopped-early" ? 0.5 : 0.75;
    if (verdict?.decision === "keep") paid += 2;
  }
  return paid / spent;
}

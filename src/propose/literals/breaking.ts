/**
 * Literals that break a program whatever they become: sizes that its data or another file fix, a constant of what it has to work out.
 * Every change of one is a failed trial, so that after a few no search changes it again, until another proposer's edit shows that it may.
 */
import type { TrialRecord } from "../../core/trial.ts";
import type { LiteralValue } from "../../syntax/literals.ts";
import type { ProposerContext } from "../types.ts";
import { readCandidate } from "./values.ts";

/** Failed trials that speak against a literal before it is left as it is; a number that failed both ways needs fewer. */
const FAILED = 3;
const FAILED_BOTH_WAYS = 2;

/**
 * Keys of the literals none of whose changes got a score. A failed trial that changed nothing but literals speaks against the only one of
 * them of which that is so; where there are more it is not known which it was.
 */
export async function breaking(context: ProposerContext): Promise<ReadonlySet<string>> {
  if (!context.history.some(isFailed)) return new Set();
  const ids = new Set(context.history.map(({ candidate }) => candidate));
  const sound = new Set<string>();
  const failures = new Map<string, readonly Change[]>();
  for (const record of context.history) {
    const { candidate, parent, outcome } = record;
    if (candidate === null || parent === null || outcome === null || !ids.has(parent)) continue;
    const [now, before] = [await readCandidate(context, candidate), await readCandidate(context, parent)];
    const changes = changesBetween(before.values, now.values);
    if (outcome.status === "scored") for (const { key } of changes) sound.add(key);
    if (isFailed(record) && now.between === before.between) failures.set(candidate, changes);
  }
  const suspects = [...failures.values()]
    .map((changes) => changes.filter(({ key }) => !sound.has(key)))
    .flatMap((changes) => (changes.length === 1 ? changes : []));
  const isBreaking = (changes: readonly Change[]): boolean =>
    changes.length >= (new Set(changes.map(({ way }) => way)).size > 1 ? FAILED_BOTH_WAYS : FAILED);
  return new Set(
    [...Map.groupBy(suspects, ({ key }) => key)].flatMap(([key, some]) => (isBreaking(some) ? [key] : [])),
  );
}

const isFailed = ({ outcome }: TrialRecord): boolean => outcome?.status === "invalid" || outcome?.status === "crashed";

interface Change {
  readonly key: string;
  /** Up or down; of what is no number 0. */
  readonly way: number;
}

const changesBetween = (
  before: ReadonlyMap<string, LiteralValue>,
  now: ReadonlyMap<string, LiteralValue>,
): readonly Change[] =>
  [...now].flatMap(([key, value]) => {
    const old = before.get(key);
    if (old === undefined || old === value) return [];
    return [{ key, way: typeof value === "number" ? Math.sign(value - Number(old)) : 0 }];
  });

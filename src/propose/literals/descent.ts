/**
 * Coordinate descent over literals, one at a time: what helped is done again, farther; a literal that helps in neither direction gets
 * smaller steps (pattern search; Hooke & Jeeves 1961). It learns nothing from scores but their order, and where literals hardly depend
 * on each other nothing that does is faster.
 */
import type { TrialRecord } from "../../core/trial.ts";
import { fromUnit, toUnit } from "./domain.ts";
import { knownCandidates, proposeLiterals } from "./literal-proposal.ts";
import { type Dimension, literalSpace } from "./literal-space.ts";
import type { Proposer } from "../types.ts";

const FIRST_STEP = 0.2;
const LARGEST_STEP = 0.5;
const GROWTH = 1.5;
const SHRINKAGE = 3;

/** One step: which literal, which way, and how far on its way from 0 to 1. */
interface Move {
  readonly key: string;
  readonly sign: 1 | -1;
  readonly size: number;
}

/** What is known of one literal. */
interface Reach {
  size: number;
  /** Directions that did not help at this size. */
  readonly failed: Set<number>;
}

/** A proposer that moves one literal of the champion by a step. */
export const descent = (): Proposer => ({
  name: "descent",
  async propose(context) {
    const dimensions = await literalSpace(context);
    const known = knownCandidates(context);
    const reaches = reachesAfter(context.history);
    const moves = context.random.shuffle(dimensions).flatMap((dimension) => movesOf(dimension, reaches));
    const again = lastMove(context.history);
    const ranked = moves.toSorted((a, b) => b.move.size - a.move.size);
    // What helped last is done again at once, as far as it goes.
    const goOn = again === null ? [] : ranked.filter(({ move }) => move.key === again.key && move.sign === again.sign);
    for (const { dimension, move } of [...goOn, ...ranked]) {
      const assignment = new Map([[move.key, after(dimension, move)]]);
      const detail = { descent: { ...move } };
      const proposal = proposeLiterals(context, { dimensions, assignment, known, detail });
      if (proposal !== null) return proposal;
    }
    return null;
  },
});

/** The steps that a literal may take next, and smaller ones, where these lead nowhere new. */
function movesOf(
  dimension: Dimension,
  reaches: ReadonlyMap<string, Reach>,
): readonly { readonly dimension: Dimension; readonly move: Move }[] {
  const { key } = dimension.site;
  const { size, failed } = reaches.get(key) ?? { size: FIRST_STEP, failed: new Set<number>() };
  return ([1, -1] as const).flatMap((sign) =>
    [0, 1, 2]
      .filter((smaller) => smaller > 0 || !failed.has(sign))
      .map((smaller) => ({ dimension, move: { key, sign, size: size / SHRINKAGE ** smaller } })),
  );
}

function after({ site, domain }: Dimension, { sign, size }: Move) {
  const unit = toUnit(domain, site.value);
  if (domain.kind === "number") return fromUnit(domain, Math.min(1, Math.max(0, unit + sign * size)));
  return fromUnit(domain, (unit + sign + domain.options.length) % domain.options.length);
}

/** From this proposer's finished trials, in their order. */
function reachesAfter(history: readonly TrialRecord[]): ReadonlyMap<string, Reach> {
  const reaches = new Map<string, Reach>();
  for (const record of history) {
    const move = moveOf(record);
    if (move === null || record.verdict === null) continue;
    const before = reaches.get(move.key) ?? { size: FIRST_STEP, failed: new Set() };
    reaches.set(move.key, record.verdict.decision === "keep" ? further(move) : nearer(move, before));
  }
  return reaches;
}

const further = ({ size }: Move): Reach => ({ size: Math.min(LARGEST_STEP, size * GROWTH), failed: new Set() });

function nearer({ sign, size }: Move, before: Reach): Reach {
  const at = Math.min(size, before.size);
  const failed = new Set(at < before.size ? [] : before.failed).add(sign);
  return failed.size < 2 ? { size: at, failed } : { size: at / SHRINKAGE, failed: new Set() };
}

/** This proposer's newest move, if it was kept. */
function lastMove(history: readonly TrialRecord[]): Move | null {
  const last = history.findLast((record) => moveOf(record) !== null);
  return last?.verdict?.decision === "keep" ? moveOf(last) : null;
}

const moveOf = ({ detail }: TrialRecord): Move | null => (detail as { descent?: Move } | null)?.descent ?? null;

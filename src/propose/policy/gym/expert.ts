/**
 * Who the policy imitates before it learns by itself: coordinate search on parabolas (lines.ts), rewrites until they stop paying, and now and
 * then many literals together. A function of the board alone, told as probabilities of its actions.
 */
import {
  type Board,
  OPERATORS,
  LONG,
  rewritesAmong,
  ruleKeyOf,
  type Site,
  SITES,
  stagnationOf,
  touchesOf,
} from "../board.ts";
import { largestGain } from "../lines.ts";
import { AT_LITERAL, AT_WHOLE } from "../moves.ts";

/** π of the expert by action, 0 where nothing is possible; sums to 1. */
export function expertPolicy(board: Board): Float32Array {
  const whole = wholeShare(board);
  const out = new Float32Array(SITES * OPERATORS);
  const shareOfRewrites = rewriteShare(board);
  const rest = 1 - shareOfRewrites;
  add(out, board, { kind: "rewrite", share: shareOfRewrites, worth: (site) => rewriteWorth(site, board) });
  add(out, board, { kind: "whole", share: rest * whole, worth: () => wholeWorth(board) });
  add(out, board, { kind: "literal", share: rest * (1 - whole), worth: literalWorth(board) });
  const total = out.reduce((sum, one) => sum + one, 0);
  return total > 0 ? out.map((one) => one / total) : out;
}

interface Part {
  readonly kind: Site["kind"];
  readonly share: number;
  /** By operator. */
  readonly worth: (site: Site) => readonly number[];
}

/** Divides a share among the possible actions at sites of a kind by what these are worth. */
function add(out: Float32Array, { sites }: Board, { kind, share, worth }: Part): void {
  const each = sites.flatMap((site, i) =>
    site.kind === kind
      ? worth(site).flatMap((one, operator) =>
          site.isPossible[operator] ? [[i * OPERATORS + operator, one] as const] : [],
        )
      : [],
  );
  const total = each.reduce((sum, [, one]) => sum + one, 0);
  if (total > 0) for (const [action, one] of each) out[action] = (share * one) / total;
}

/** Two trials in five, and as much less as they have failed to pay. */
function rewriteShare(board: Board): number {
  const { past, sites } = board;
  const isFresh = sites.some(({ kind, key }) => kind === "rewrite" && touchesOf(past, key).length === 0);
  if (!sites.some(({ kind }) => kind === "rewrite")) return 0;
  const tried = rewritesAmong(past.slice(-LONG));
  const kept = tried.filter(({ isKept }) => isKept).length;
  const most = isExhausted(board) ? 0.8 : 0.4;
  const share = Math.min(most, (most * (4 + 10 * kept)) / (4 + tried.length));
  return isFresh ? Math.max(0.05, share) : 0.2 * share;
}

/** Whether no literal is expected to bring more than a little of what the run has brought. */
function isExhausted({ lines, baseline, best }: Board): boolean {
  const isUnknown = [...lines.values()].some(({ up, down }) => up === undefined || down === undefined);
  return !isUnknown && largestGain(lines) <= 0.003 * (baseline - best);
}

/** Those of rules that paid, and those that were not tried yet. */
function rewriteWorth({ key }: Site, { past }: Board): readonly number[] {
  const rule = touchesOf(past, ruleKeyOf(key));
  const own = touchesOf(past, key);
  const paid = rule.filter(({ isKept }) => isKept).length;
  return [((1 + 2 * paid) / (2 + rule.length)) * 0.1 ** own.length];
}

/** More where they were kept, fewer where they failed; few before there are enough points for a model. */
function wholeShare({ past, lines, isNoisy }: Board): number {
  const tried = touchesOf(past.slice(-LONG), "whole");
  const kept = tried.filter(({ isKept }) => isKept).length;
  const stuck = 0.1 * Math.min(1, stagnationOf(past) / 12);
  if (past.length <= 3 * (lines.size + 1)) return 0.03 + stuck;
  const paid = (1 + 2 * kept) / (5 + 2 * tried.length);
  return Math.min(0.5, Math.max(paid, isNoisy ? 0.2 : 0.05) + stuck);
}

function wholeWorth({ isNoisy }: Board): readonly number[] {
  const worth = Array.from({ length: OPERATORS }, () => 0);
  worth[AT_WHOLE.model] = 20;
  worth[AT_WHOLE.again] = 1;
  worth[AT_WHOLE.difference] = 1;
  worth[AT_WHOLE.reaches] = 1;
  worth[AT_WHOLE.parzen] = isNoisy ? 2 : 0.5;
  worth[AT_WHOLE.toBest] = isNoisy ? 1 : 0.2;
  return worth;
}

/** How much the most promising literal is preferred: the power of the gains. */
const SHARPNESS = 2;
/** What is possible but promises nothing. */
const LITTLE = 1e-3;

/** By the decrease that is expected of each operator; what was not tried counts as much as the most promising. */
function literalWorth(board: Board) {
  const top = largestGain(board.lines) || 1;
  const worthOf = (gain: number) => (gain / top) ** SHARPNESS;
  return ({ place }: Site): readonly number[] => {
    const worth = Array.from({ length: OPERATORS }, () => 0);
    if (place === undefined) return worth;
    const line = board.lines.get(place.key);
    if (place.domain.kind === "choice") {
      const tried = touchesOf(board.past, place.key).length;
      worth[AT_LITERAL.redraw] = tried < place.domain.options.length - 1 ? 1 : LITTLE;
      return worth;
    }
    if (line === undefined) return worth;
    const direct = (gain: number | undefined, isTried: boolean) =>
      isTried ? LITTLE : gain === undefined ? 0.5 : worthOf(gain) + LITTLE;
    worth[AT_LITERAL.up] = direct(line.up, line.isUpTried);
    worth[AT_LITERAL.down] = direct(line.down, line.isDownTried);
    worth[AT_LITERAL.vertex] = line.vertex === undefined ? 0 : worthOf(line.vertex.gain) + LITTLE;
    for (const operator of [AT_LITERAL.farUp, AT_LITERAL.farDown, AT_LITERAL.redraw]) worth[operator] = 2e-3;
    worth[AT_LITERAL.parzen] = board.isNoisy ? 0.05 : 2e-3;
    return worth;
  };
}

/**
 * What the policy sees and may do at one decision (autoresearch-rl §3.1 and eq. 5), apart from any text: sites of a program, what was
 * tried at them, and how the run goes. Boards of real programs (read-board.ts) and of the gym look the same.
 */
import type { Domain } from "../literals/domain.ts";

/** Sites of one decision; a program with more shows a random part of them each time. */
export const SITES = 24;
/** What can be done at a site: moves.ts says what the numbers mean for literals and for the whole. */
export const OPERATORS = 10;
/** K of eq. 5: trials that count as recent. */
export const WINDOW = 32;
/** Trials in which rewrites and moves of the whole are counted. */
export const LONG = 40;

/** A literal that may be tuned. */
export interface Place {
  readonly key: string;
  readonly domain: Domain;
  /** Where its value stands, in [0, 1]; a choice: its index. */
  readonly unit: number;
}

export interface Site {
  /** `whole` moves many literals together, `rewrite` changes code, `ask` hands over to another proposer. */
  readonly kind: "literal" | "whole" | "rewrite" | "ask";
  /** Under which its history is found: trials with the same key touched the same thing. `rule:NAME#WHAT` for a rewrite. */
  readonly key: string;
  /** Identifiers that say what it is, the nearest first. */
  readonly names: readonly string[];
  /** Of a literal. */
  readonly place?: Place;
  /** By operator: whether it can be applied. */
  readonly isPossible: readonly boolean[];
}

/** A finished trial as the policy sees it. */
export interface PastTrial {
  /** Where the literals stood, by key. */
  readonly units: ReadonlyMap<string, number>;
  /** Lower is better; Infinity for a trial that failed. */
  readonly loss: number;
  /** Of the candidate that was edited. */
  readonly parentLoss: number;
  readonly isKept: boolean;
  /** How far each literal was moved, by key; 1 for a site without a scale. A rewrite touches its site and `rule:NAME`. */
  readonly touched: ReadonlyMap<string, number>;
}

/** What is known of one literal, as seen from where it stands. */
export interface Line {
  /** The next step's size, in units. */
  readonly reach: number;
  /** Trials of this literal alone. */
  readonly trials: number;
  /** Whether a step of about `reach` was tried from here and did not help. */
  readonly isUpTried: boolean;
  readonly isDownTried: boolean;
  /** Expected decrease of the loss by a step of `reach`; undefined where nothing is known. */
  readonly up: number | undefined;
  readonly down: number | undefined;
  /** How far away the parabola has its minimum, and the decrease that it promises. */
  readonly vertex: { readonly by: number; readonly gain: number } | undefined;
  /** The way of the newest trial of the run, if it moved this literal alone and was kept; else 0. */
  readonly going: -1 | 0 | 1;
}

export interface Board {
  readonly sites: readonly Site[];
  /** All literals, those that are no site this time included. */
  readonly places: readonly Place[];
  /** By key, of the numbers among them. */
  readonly lines: ReadonlyMap<string, Line>;
  /** Finished trials in order, the baseline first. */
  readonly past: readonly PastTrial[];
  /** Losses of the champion and of the baseline. */
  readonly best: number;
  readonly baseline: number;
  /** Number of the trial to be proposed. */
  readonly trial: number;
  /** Trials that the run may make; undefined for a run without an end. */
  readonly horizon: number | undefined;
  readonly isNoisy: boolean;
}

/** The trials with the lowest losses, best first. */
export const bestOf = (past: readonly PastTrial[], count: number): readonly PastTrial[] =>
  past
    .filter(({ loss }) => loss < Infinity)
    .toSorted((a, b) => a.loss - b.loss)
    .slice(0, count);

/** Trials since the newest that was kept. */
export const stagnationOf = (past: readonly PastTrial[]): number =>
  past.length -
  1 -
  Math.max(
    0,
    past.findLastIndex(({ isKept }) => isKept),
  );

/** Trials that touched a site, or with `rule:NAME` any rewrite of a rule. */
export const touchesOf = (past: readonly PastTrial[], key: string): readonly PastTrial[] =>
  past.filter(({ touched }) => touched.has(key));

/** Trials that were rewrites, the newest last. */
export const rewritesAmong = (past: readonly PastTrial[]): readonly PastTrial[] =>
  past.filter(({ touched }) => [...touched.keys()].some((key) => key.startsWith(ruleKey(""))));

/** What moves look at, apart from the sites: enough to say which of them are possible. */
export type BoardHistory = Pick<Board, "places" | "past" | "lines">;

/** A rewrite's site key, and its rule's; `what` tells it from the rule's others, whatever the numbers in it. */
export const rewriteKey = (rule: string, what: string): string => `${ruleKey(rule)}#${what.replace(/\d[\d.e]*/g, "_")}`;
export const ruleKey = (rule: string): string => `rule:${rule}`;
/** The key of the rule of a rewrite's site. */
export const ruleKeyOf = (site: string): string => site.split("#")[0] as string;

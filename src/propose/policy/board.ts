/**
 * What the policy sees and may do at one decision (autoresearch-rl §3.1 and eq. 5), apart from any text: sites of a program, what was
 * tried at them, and how the run goes. Boards of real programs (read-board.ts) and of the gym look the same.
 */
import type { Domain } from "../domain.ts";

/** Sites of one decision; a program with more shows a random part of them each time. */
export const SITES = 24;
/** What can be done at a site: moves.ts says what the numbers mean for literals and for the whole. */
export const OPERATORS = 9;
/** K of eq. 5: trials that count as recent. */
export const WINDOW = 32;

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
  /** Under which its history is found: trials with the same key touched the same thing. */
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
  /** How far each literal was moved, by key; 1 for a site without a scale. */
  readonly touched: ReadonlyMap<string, number>;
}

export interface Board {
  readonly sites: readonly Site[];
  /** All literals, those that are no site this time included. */
  readonly places: readonly Place[];
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

/** What moves look at, apart from the sites: enough to say which of them are possible. */
export type BoardHistory = Pick<Board, "places" | "past">;

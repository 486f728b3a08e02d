/** Runs of the policy bench as JSON lines. */
import { readFileSync } from "node:fs";

export interface PlayedRun {
  readonly proposer: string;
  readonly task: string;
  readonly seed: number;
  readonly minimum: number;
  /** The champion's score after each trial, the baseline first. */
  readonly best: readonly number[];
  /** What each trial edited, without the baseline. */
  readonly kinds: readonly EditKind[];
}

/** A run of nano-lm itself (live.ts): the best of noisy scores flatters, so the last champion is trained again. */
export interface LiveRun extends PlayedRun {
  /** Scores of the last champion with seeds that the search never used. */
  readonly again: readonly number[];
  /** Trials without a score. */
  readonly failures: number;
  /** Wall time of the run. */
  readonly seconds: number;
  /** Optimiser steps of each training, where they were counted (--warm). */
  readonly steps?: readonly number[];
}

/** `step`: one literal, by a step; `jump`: one literal, anew or to where good ones are; `many`: several; `code`: a rewrite. */
export const EDIT_KINDS = ["step", "jump", "many", "code"] as const;
export type EditKind = (typeof EDIT_KINDS)[number];

export const readRuns = (file: string): readonly PlayedRun[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as PlayedRun);

export const readLiveRuns = (file: string): readonly LiveRun[] => readRuns(file) as readonly LiveRun[];

const KNOWN = ["portfolio", "tpe", "cma-es", "random", "pretrained", "frozen", "expert", "scratch", "greedy"];

/** The colour and mark of a proposer, the same in every picture; those without one of their own come after. */
export const seriesOf = (proposer: string, place: number): number => {
  const known = KNOWN.indexOf(proposer);
  return known < 0 ? KNOWN.length + place : known;
};

/**
 * What it means to run an improver (STOP §3): a program that betters a program's text with a utility and a language
 * model. Both are functions of the host; what they may be used for is counted here and nowhere in the program.
 */
import type { UtilityFunction } from "../core/utility.ts";
import type { Sandbox } from "../sandbox/types.ts";
import type { Circumvention } from "./taxonomy.ts";

/** One call of the model: as many answers are wanted as there are messages. */
export interface ModelPrompt {
  /** Who the model is to be: the system message. */
  readonly expertise: string;
  readonly messages: readonly string[];
  /** In [0, 2]. */
  readonly temperature: number;
}

/**
 * Contract: answers in the order of the messages; one that is missing counts as "". Rejects when the model cannot be
 * had: the improver is told so and goes on. Rejects with a StropError when the harness fails: that ends the improver and is thrown.
 */
export type ModelFunction = (prompt: ModelPrompt, signal: AbortSignal) => Promise<readonly string[]>;

/** Counted by the host before a call starts. A call that is refused for its form counts too. */
export interface ImproverBudget {
  readonly utilityCalls: number;
  readonly modelCalls: number;
  /** Messages, and so answers, of one model call; at least 1. */
  readonly responsesPerCall: number;
}

/** The budgets of the paper's experiments. */
export const DEFAULT_BUDGET: ImproverBudget = Object.freeze({ utilityCalls: 25, modelCalls: 4, responsesPerCall: 6 });

export interface ImproverLimits {
  /** The improver's own time: while it waits for an answer of the host the clock stands still. */
  readonly wallSeconds: number;
  /** CPU time of its process, waiting or not. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
  /** Longest solution that is scored or returned, in UTF-16 code units. */
  readonly solutionCharacters: number;
  /** Longest expertise and messages of one call together. */
  readonly promptCharacters: number;
  /** What is longer of an answer is cut off. */
  readonly answerCharacters: number;
}

export const DEFAULT_LIMITS: ImproverLimits = Object.freeze({
  wallSeconds: 60,
  cpuSeconds: 60,
  memoryBytes: 512 * 1024 * 1024,
  outputBytes: 1024 * 1024,
  solutionCharacters: 200_000,
  promptCharacters: 1_300_000,
  answerCharacters: 100_000,
});

export interface ImproverRequest {
  /** TypeScript text of the improver. */
  readonly source: string;
  /** What is to be improved. */
  readonly solution: string;
  readonly utility: UtilityFunction;
  readonly model: ModelFunction;
  readonly budget?: Partial<ImproverBudget>;
  readonly limits?: Partial<ImproverLimits>;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
  /** Names the stream of the improver's `Math.random`: the same seed and the same answers give the same improver run. Default 0. */
  readonly seed?: number | string;
  /** Utility calls that run at a time; the others wait. Default 1. */
  readonly concurrency?: number;
  /** An option of utility calls that must stay true (§6.2): `useSandbox`. A call that gives it another value is flagged. */
  readonly protectedOption?: string;
}

/** One use of the utility's budget. */
export interface Evaluation {
  /** SHA-256 of the solution; "" when it was no text. */
  readonly solution: string;
  /** What the improver was told; null when the call was refused or cut off. */
  readonly score: number | null;
  /** Why it failed or was refused; "" when neither. */
  readonly reason: string;
  /** The utility's own. */
  readonly flags: readonly string[];
}

/** One use of the model's budget. */
export interface ModelCall {
  /** Null when the call was refused. */
  readonly prompt: ModelPrompt | null;
  /** What the improver was told; empty when there was a failure. */
  readonly answers: readonly string[];
  /** Why there are no answers; "" when there are. */
  readonly failure: string;
}

export interface ImproverResult {
  /** What the improver returned; the solution that it was given when it failed. */
  readonly solution: string;
  /** Why it failed, one sentence; "" when it did not. */
  readonly failure: string;
  /** What it tried that it may not, by name. A flag says what was tried, not why. Sorted. */
  readonly flags: readonly Circumvention[];
  /** In the order of the calls; at most the budget. */
  readonly evaluations: readonly Evaluation[];
  readonly modelCalls: readonly ModelCall[];
  /** From start to end. */
  readonly wallSeconds: number;
  /** Of these, not spent waiting for the host. */
  readonly ownSeconds: number;
  readonly cpuSeconds: number;
  /** The end of what it printed. */
  readonly outputTail: string;
}

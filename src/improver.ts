/**
 * `strop/improver`: what an improver program sees (STOP Fig. 2). Types, and the one helper that it may import.
 */

/** Scores a solution's text. Rejects when the budget is used up. */
export interface Utility {
  (solution: string): Promise<number>;
  readonly description: string;
  /** Calls left. */
  readonly budget: number;
}

export interface LanguageModel {
  /** Calls left. */
  readonly budget: number;
  /** Answers that one call may return. */
  readonly maxResponsesPerCall: number;
  /** One answer per message. Rejects when the budget is used up or there are more messages than answers per call. */
  batchPrompt(
    expertise: string,
    messages: readonly string[],
    options?: { readonly temperature?: number },
  ): Promise<string[]>;
}

export type Improve = (solution: string, utility: Utility, languageModel: LanguageModel) => Promise<string>;

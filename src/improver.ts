/**
 * `strop/improver`: what an improver program sees (STOP Fig. 2). Types, and the one helper that it may import.
 */
import { fencesOf } from "./core/edits/answer-fences.ts";

/** Scores a solution's text, in [0, 1]; a solution that fails scores 0. Rejects when the budget is used up. */
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

const CODE_LANGUAGES = new Set(["", "ts", "typescript", "mts", "js", "javascript", "mjs"]);

/**
 * The program of every answer that has one, in order: the longest fenced block that is TypeScript, JavaScript or
 * unnamed. An answer without fences is a program if a line of it imports or exports; other answers are left out.
 */
export const extractCode = (answers: readonly string[]): string[] => answers.map(codeIn).filter((code) => code !== "");

function codeIn(answer: string): string {
  const fences = fencesOf(answer);
  if (fences.length === 0) return /^(?:import|export)\s/m.test(answer) ? answer.trim() : "";
  return fences
    .filter(({ info }) => CODE_LANGUAGES.has((info.split(/[\s{]/, 1)[0] ?? "").toLowerCase()))
    .map(({ text }) => text.trim())
    .reduce((longest, text) => (text.length > longest.length ? text : longest), "");
}

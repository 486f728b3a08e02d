/** Token counts as a server reports them, checked: one that cannot be is replaced by an estimate from the texts. */
import type { ModelRequest, TokenUsage } from "../../core/exchange.ts";
import type { Answers } from "./read-answers.ts";
import type { SdkUsage } from "./sdk.ts";
import { estimateTokens, promptTokens } from "../tokens.ts";

/** How far a report may be above the estimate, which is high already. */
const INPUT_TOLERANCE = 8;
const SMALL_PROMPT = 2_000;
/** Tokens of one answer, hidden reasoning included, when the request does not bound it. */
const MOST_OUTPUT = 1_000_000;

export interface CheckedUsage {
  readonly usage: TokenUsage;
  readonly isEstimated: boolean;
}

export function checkedUsage(request: ModelRequest, answers: Answers): CheckedUsage {
  const estimate = estimatedUsage(request, answers);
  const reported = answers.usage && reportedUsage(answers.usage);
  const isPossible =
    reported !== undefined &&
    isCount(reported.input, { least: 1, most: INPUT_TOLERANCE * estimate.input + SMALL_PROMPT }) &&
    isCount(reported.output, { least: estimate.output > 0 ? 1 : 0, most: mostOutput(request) });
  if (!isPossible) return { usage: estimate, isEstimated: true };
  const { input, output } = reported;
  const cachedInput = isCount(reported.cachedInput, { least: 0, most: input }) ? reported.cachedInput : 0;
  const reasoning = isCount(reported.reasoning, { least: 0, most: output }) ? reported.reasoning : 0;
  return { usage: { input, cachedInput, output, reasoning }, isEstimated: false };
}

/** What prompt and answers come to, reasoning that was shown included. */
export function estimatedUsage(request: ModelRequest, { drafts, reasoning }: Answers): TokenUsage {
  const hidden = estimateTokens(reasoning);
  const shown = drafts.reduce((sum, { text }) => sum + estimateTokens(text), 0);
  return { input: promptTokens(request), cachedInput: 0, output: shown + hidden, reasoning: hidden };
}

const reportedUsage = ({ inputTokens, outputTokens }: SdkUsage): TokenUsage => ({
  input: inputTokens.total ?? 0,
  cachedInput: inputTokens.cacheRead ?? 0,
  output: outputTokens.total ?? 0,
  reasoning: outputTokens.reasoning ?? 0,
});

const isCount = (count: number, { least, most }: { readonly least: number; readonly most: number }): boolean =>
  Number.isInteger(count) && count >= least && count <= most;

/** Twice the bound: some servers count a choice's reasoning outside of it. */
const mostOutput = ({ maxOutputTokens = MOST_OUTPUT, samples }: ModelRequest): number => 2 * maxOutputTokens * samples;

/**
 * An estimate of how many tokens a text is for a language model, on the high side: money is reserved by it and prompts
 * are fitted by it, and no provider's tokenizer is at hand. Lexical tokens as core/token-count.ts sees them, long ones in parts.
 */
import type { ModelRequest } from "../core/exchange.ts";
import { tokensOf } from "../core/token-count.ts";

/** Roles, separators and the like, per message. */
const MESSAGE_OVERHEAD = 8;
/** A word up to this many bytes is likely one that tokenizers know parts of; longer ones are names, hashes, base64. */
const WORD_BYTES = 16;

/** Tokens of a text, at least 0; usually 1.2 to 1.8 times what a provider counts for code and English. */
export function estimateTokens(text: string): number {
  let total = (text.match(/\s*\n\s*/g) ?? []).length;
  for (const token of tokensOf(text)) {
    const bytes = Buffer.byteLength(token);
    total += Math.ceil(bytes / (bytes <= WORD_BYTES ? 3 : 2));
  }
  return total;
}

/** Tokens of a whole prompt. */
export const promptTokens = ({ messages }: Pick<ModelRequest, "messages">): number =>
  messages.reduce((sum, { content }) => sum + estimateTokens(content) + MESSAGE_OVERHEAD, 0);

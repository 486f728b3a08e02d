/** What a tool answers: facts as JSON, then texts as they are. A StropError is an answer too: the caller can act on it. */
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";

import { StropError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";

/** `texts` follow the facts, each a block of its own. */
export const reply = (facts: JsonObject, texts: readonly string[] = []): CallToolResult => ({
  content: [JSON.stringify(facts, null, 1), ...texts].map((text) => ({ type: "text", text })),
});

export const refusal = ({ code, message, hint }: StropError): CallToolResult => ({
  isError: true,
  content: [{ type: "text", text: JSON.stringify({ error: code, message, ...(hint === undefined ? {} : { hint }) }) }],
});

/** The answer of `work`, or what it refuses with. Other errors are the server's own and pass. */
export async function replying(work: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof StropError) return refusal(thrown);
    throw thrown;
  }
}

/**
 * The MCP server behind `strop mcp`: an agent proposes through tools, strop runs, judges and records. Knows nothing of
 * processes or terminals: the transport is the caller's.
 */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

import { VERSION } from "../core/version.ts";
import { addReadTools } from "./read-tools.ts";
import { type SessionOptions, trySession } from "./session.ts";
import { addTryTools } from "./try-tools.ts";

export interface ServeOptions extends Omit<SessionOptions, "now" | "idleMs"> {
  readonly transport: Transport;
  /** Ends the server; running trials are cut off and run again in the next session. */
  readonly signal: AbortSignal;
  readonly idleMs?: number;
}

const FIVE_MINUTES_MS = 300_000;

const INSTRUCTIONS = `strop improves a program by trials: each edit is run in a sandbox under a fixed budget and kept only if the score gets better.
Call get_state, read_program, then try_edit with one small idea at a time; learn from every verdict. Do not edit the files on disk: edits reach them only when the user runs \`strop apply\`.
Scores are noisy unless the task says that one run decides; then a better look is re-run beside the champion before it counts, and that takes time. Call stop when you are done.`;

/** Serves until the transport closes or `signal` aborts, and until the session has ended cleanly after that. */
export async function serveMcp({
  transport,
  signal,
  idleMs = FIVE_MINUTES_MS,
  ...options
}: ServeOptions): Promise<void> {
  const server = new McpServer({ name: "strop", version: VERSION }, { instructions: INSTRUCTIONS });
  const session = trySession({ ...options, idleMs, now: () => performance.now() });
  const tools = { server, folder: options.folder, session };
  addReadTools(tools);
  addTryTools(tools);
  const left = new Promise<void>((resolve) => {
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's callback, no DOM event
    server.server.onclose = resolve;
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.connect(transport);
  if (!signal.aborted) await left;
  await session.close();
  await server.close();
}

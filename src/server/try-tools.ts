/** The tools that do something: try an edit, wait for what it came to, end the session. */
import { setTimeout as sleep } from "node:timers/promises";

import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { CallToolResult, ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

import type { Edit } from "../core/edit.ts";
import { StropError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { parseEdit } from "../core/edits/parse-edit.ts";
import { printable } from "../core/printable.ts";
import type { RunTaskResult } from "../loop/research/run-task.ts";
import { diffPrograms } from "../workspace/diff.ts";
import { programOf, see, type Seen, trialOf } from "./read-run.ts";
import { refusal, reply, replying } from "./reply.ts";
import { MOST_TEXT, type Toolbox } from "./read-tools.ts";
import type { Try } from "./try.ts";
import { trialView } from "./views.ts";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

const wait = z
  .number()
  .min(0)
  .max(600)
  .default(45)
  .describe("Seconds to wait for the verdict. If it is not there by then, ask get_trial.");

const LONGEST_DESCRIPTION = 300;

export function addTryTools(tools: Toolbox): void {
  addTryEdit(tools);
  addGetTrial(tools);
  addStop(tools);
}

function addTryEdit({ server, folder, session }: Toolbox): void {
  const description =
    "Try one idea: the edit is applied to the champion, run in the sandbox under the task's budget, judged, and recorded as a trial whatever comes of it. It is kept only if it helps. Give `edit` or `files`.";
  const inputSchema = {
    description: z.string().min(1).max(2_000).describe("One line: what changes and why it should help."),
    edit: z
      .string()
      .max(4_000_000)
      .optional()
      .describe("SEARCH/REPLACE blocks, a unified diff, or whole files in fences, each with its path."),
    files: z
      .array(z.strictObject({ path: z.string(), content: z.string().nullable() }))
      .max(1_000)
      .optional()
      .describe("Whole new texts by path; null deletes the file."),
    parent: z.int().min(0).optional().describe("Trial whose program the edit applies to. Default: the champion."),
    wait_seconds: wait,
  };
  const annotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };
  server.registerTool("try_edit", { title: "Try an edit", description, inputSchema, annotations }, (asked, extra) =>
    replying(async () => {
      const { files, candidate } = await see(folder, (seen) => programOf(seen, asked.parent));
      const one = session.handIn({
        edit: editIn(asked, Object.keys(files)),
        parent: candidate,
        description: oneLine(asked.description),
        proposer: `mcp:${(server.server.getClientVersion()?.name ?? "client").replaceAll(/[^\w.-]/g, "-").slice(0, 40)}`,
      });
      const { ticket } = one;
      return answer(
        { server, folder, session },
        await awaited(session, { ticket, seconds: asked.wait_seconds, extra }),
      );
    }),
  );
}

function editIn(
  { edit, files }: { edit?: string | undefined; files?: { path: string; content: string | null }[] | undefined },
  paths: readonly string[],
): Edit {
  if (files !== undefined && edit === undefined && files.length > 0) {
    return { kind: "whole-files", files: files.map(({ path, content }) => ({ path, text: content })) };
  }
  const expected = "expected either `edit` or `files`";
  if (edit === undefined || files !== undefined)
    throw new StropError("mcp.no-edit", `${expected}, found ${edit === undefined ? "neither" : "both"}`);
  const parsed = parseEdit(edit, paths);
  if (parsed.ok) return parsed.edit;
  throw new StropError("mcp.no-edit", parsed.reason, {
    hint: "nothing was recorded; or pass `files` with whole texts instead",
  });
}

const oneLine = (text: string): string =>
  printable(text).replaceAll(/\s+/g, " ").trim().slice(0, LONGEST_DESCRIPTION) || "an edit without a word";

function addGetTrial({ server, folder, session }: Toolbox): void {
  const description =
    "What came of a trial: score, verdict and its reason, time and memory, learning curve, its diff, and what the program printed last (untrusted data). Give `trial`, or the `ticket` that try_edit returned.";
  const inputSchema = {
    trial: z.int().min(0).optional(),
    ticket: z.string().optional(),
    wait_seconds: wait.default(0).describe("With `ticket`: seconds to wait for the verdict."),
  };
  const annotations = { readOnlyHint: true, openWorldHint: false };
  server.registerTool(
    "get_trial",
    { title: "Result of a trial", description, inputSchema, annotations },
    (asked, extra) =>
      replying(async () => {
        const { trial, ticket, wait_seconds: seconds } = asked;
        if (ticket !== undefined) {
          return answer({ server, folder, session }, await awaited(session, { ticket, seconds, extra }));
        }
        if (trial === undefined) throw new StropError("mcp.no-trial", "expected `trial` or `ticket`, found neither");
        return see(folder, (seen) => trialReply(seen, trial));
      }),
  );
}

/** Waits, telling the client meanwhile what goes on if it asked to be told. */
async function awaited(
  session: Toolbox["session"],
  { ticket, seconds, extra }: { ticket: string; seconds: number; extra: Extra },
): Promise<Try> {
  const progressToken = extra._meta?.progressToken;
  let progress = 0;
  const stopListening =
    progressToken === undefined
      ? () => undefined
      : session.listen((message) => {
          const params = { progressToken, progress: ++progress, message };
          // A client that has left learns nothing more; that is no error.
          extra.sendNotification({ method: "notifications/progress", params }).catch(() => undefined);
        });
  try {
    const one = await session.wait(ticket, seconds * 1000, extra.signal);
    if (one !== undefined) return one;
    throw new StropError("mcp.unknown-ticket", "expected a ticket of this session, found another", {
      hint: "list_trials shows every trial, also of earlier sessions",
    });
  } finally {
    stopListening();
  }
}

function answer(
  { folder, session }: Toolbox,
  { ticket, trial, problem, isOver }: Try,
): Promise<CallToolResult> | CallToolResult {
  if (problem !== undefined) return refusal(problem);
  if (trial === null && isOver) {
    return refusal(
      new StropError("mcp.stopped", "the session ended before this edit's turn came", { hint: "try it again" }),
    );
  }
  if (trial === null) {
    return reply({ ticket, status: "waiting", now: session.activity(), next: "ask get_trial with this ticket" });
  }
  return see(folder, (seen) => trialReply(seen, trial, isOver ? {} : { ticket, now: session.activity() }));
}

function trialReply(seen: Seen, number: number, more: Record<string, string> = {}): CallToolResult {
  const trial = trialOf(seen, number);
  const { run } = seen;
  if (run === null) return reply({ ...more });
  const diff =
    trial.parent === null || trial.candidate === null
      ? ""
      : diffPrograms(run.journal.program(trial.parent), run.journal.program(trial.candidate));
  return reply({ ...trialView(trial, run.state, run.journal.curve(number)), ...more }, shownDiff(diff));
}

function shownDiff(diff: string): string[] {
  const hidden = diff.length - MOST_TEXT;
  if (hidden <= 0) return diff === "" ? [] : [diff];
  return [diff.slice(0, MOST_TEXT), `[cut: ${hidden} characters more; read_program has this trial's whole files]`];
}

function addStop({ server, session }: Toolbox): void {
  const description =
    "End the session: the folder is free for other strop commands, and the report is written. Running trials are finished first, or with `now` cut off and run again next time. A later try_edit goes on.";
  const inputSchema = {
    now: z.boolean().default(false).describe("Cut running trials off."),
    wait_seconds: wait.describe("Seconds to wait for the end. If it takes longer, call stop again."),
  };
  const annotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };
  const config = { title: "End the session", description, inputSchema, annotations };
  server.registerTool("stop", config, ({ now, wait_seconds: seconds }, { signal }) =>
    replying(async () => {
      const ending = session.stop(now ? "now" : "after-running");
      const waiting = new AbortController();
      const tooLong = sleep(seconds * 1000, "too long" as const, { signal: AbortSignal.any([signal, waiting.signal]) });
      const result = await Promise.race([ending, tooLong.catch(() => "too long" as const)]);
      waiting.abort();
      if (result === "too long") return reply({ session: "ending", now: session.activity(), next: "call stop again" });
      return reply(result === null ? { session: "not open" } : endView(result));
    }),
  );
}

const endView = ({ state, files, branch }: RunTaskResult): JsonObject => ({
  session: "ended",
  run: state.run,
  champion: state.champion === null ? null : { trial: state.champion.trial, score: state.champion.score },
  baseline_score: state.baselineScore,
  report_for_the_user: files.report,
  champion_files: files.champion,
  branch,
  to_apply: "the user writes the champion into the files with `strop apply`",
});

/** The tools that only look. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

import { StropError } from "../core/errors.ts";
import { editableRegions } from "../core/edits/marked-regions.ts";
import type { TrialRecord } from "../core/trial.ts";
import { readAgenda } from "../workspace/agenda.ts";
import { diffPrograms } from "../workspace/diff.ts";
import { programOf, see } from "./read-run.ts";
import { reply, replying } from "./reply.ts";
import type { TrySession } from "./session.ts";
import { runView, taskView, trialLine } from "./views.ts";

const LOOKS = { readOnlyHint: true, openWorldHint: false };
const LONGEST_AGENDA = 8_000;
/** Characters of program in one answer; clients cut off answers that are much longer, or refuse them. */
export const MOST_TEXT = 60_000;

export interface Toolbox {
  readonly server: McpServer;
  /** The task's folder. */
  readonly folder: string;
  readonly session: TrySession;
}

export function addReadTools(tools: Toolbox): void {
  addGetState(tools);
  addListTrials(tools);
  addReadProgram(tools);
}

function addGetState({ server, folder, session }: Toolbox): void {
  const description =
    "Start here. The task (what the score is, which files may be edited, the user's agenda), the champion and its score, the best trials, what is running, and what the run may still use.";
  server.registerTool("get_state", { title: "State of the run", description, annotations: LOOKS }, () =>
    replying(() =>
      see(folder, async (seen) => {
        const { loaded, run } = seen;
        const { files, name } = await programOf(seen, undefined);
        const report = run === null ? "" : join(run.folder, "report.html");
        return reply({
          task: taskView(loaded, (await readAgenda(loaded.folder, loaded.task)).slice(0, LONGEST_AGENDA)),
          run:
            run === null
              ? "none yet: the first try_edit starts one, with the untouched program as its baseline"
              : runView(run.state),
          session: session.activity() === "" ? "closed: the next try_edit opens it" : session.activity(),
          edits_apply_to: name,
          program: Object.entries(files).map(([path, text]) => ({
            path,
            characters: text.length,
            ...(editableRegions(text) !== null && { editable: "between its EVOLVE-BLOCK-START and -END lines only" }),
          })),
          latest: run === null ? [] : run.state.recent.slice(-10).map(trialLine),
          report_for_the_user: existsSync(report) ? report : null,
        });
      }),
    ),
  );
}

function addListTrials({ server, folder }: Toolbox): void {
  const description =
    "Trials of the run, one line each, newest last: what was tried, the score, and why it was kept or not.";
  const inputSchema = {
    limit: z.int().min(1).max(500).default(30).describe("How many of the newest."),
    before: z.int().min(0).optional().describe("Only trials with a smaller number than this."),
    kept: z.boolean().default(false).describe("Only those that were kept."),
  };
  const config = { title: "Trials", description, inputSchema, annotations: LOOKS };
  server.registerTool("list_trials", config, ({ limit, before, kept }) =>
    replying(() =>
      see(folder, ({ run }) => {
        const found: TrialRecord[] = [];
        const from = (before ?? run?.state.nextTrial ?? 0) - 1;
        for (const trial of run?.journal.trials({ from, order: "descending" }) ?? []) {
          if (found.length === limit) break;
          if (!kept || trial.verdict?.decision === "keep") found.push(trial);
        }
        return reply({ trials: found.reverse().map(trialLine) });
      }),
    ),
  );
}

function addReadProgram({ server, folder }: Toolbox): void {
  const description =
    "The program's files as try_edit will change them: the champion's, which may differ from the files on disk, or another trial's. With `diff`, what changed since the baseline instead.";
  const inputSchema = {
    trial: z.int().min(0).optional().describe("Default: the champion. 0 is the baseline."),
    paths: z.array(z.string()).max(1_000).optional().describe("Only these files."),
    offset: z.int().min(0).default(0).describe("Characters to skip, to read on where an answer was cut."),
    diff: z.boolean().default(false).describe("A unified diff from the baseline instead of whole files."),
  };
  const config = { title: "Read the program", description, inputSchema, annotations: LOOKS };
  server.registerTool("read_program", config, ({ trial, paths, offset, diff }) =>
    replying(() =>
      see(folder, async (seen) => {
        const { files, name } = await programOf(seen, trial);
        for (const path of paths ?? []) if (!Object.hasOwn(files, path)) throw unknownFile(path, Object.keys(files));
        const isWanted = (path: string) => paths === undefined || paths.includes(path);
        const texts = diff
          ? [diffPrograms((await programOf(seen, 0)).files, files)]
          : Object.entries(files).flatMap(([path, text]) => (isWanted(path) ? [`${path}\n${text}`] : []));
        return reply({ program: name, ...(diff ? { diff_from: "trial 0, the baseline" } : {}) }, pageOf(texts, offset));
      }),
    ),
  );
}

/** What one answer may hold of `texts`, taken one after the other; the last line says how to read on. */
function pageOf(texts: readonly string[], offset: number): string[] {
  const shown: string[] = [];
  let at = 0;
  for (const text of texts) {
    const part = text.slice(Math.max(0, offset - at), Math.max(0, offset + MOST_TEXT - at));
    if (part !== "") shown.push(part);
    at += text.length;
  }
  const end = offset + MOST_TEXT;
  return at > end ? [...shown, `[cut: ${at - end} characters more; read on with offset ${end}]`] : shown;
}

const unknownFile = (path: string, paths: readonly string[]): StropError =>
  new StropError("program.missing", `expected a file of the program, found ${JSON.stringify(path.slice(0, 200))}`, {
    hint: `its files are ${paths.slice(0, 30).join(", ")}`,
  });

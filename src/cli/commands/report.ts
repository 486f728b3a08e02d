/** `strop report`: a run as a page, also while it goes; with `--live` from a server of this machine that shows it as it is now. */
import { dirname, join, resolve } from "node:path";

import { refuseInEnvironment } from "../../loop/folder/beside-the-run.ts";
import { requirePlainEntries } from "../../loop/folder/plain-folder.ts";
import { reportNotes } from "../../loop/advice/report-notes.ts";
import { writeWhole } from "../../loop/folder/write-whole.ts";
import { underWay, workerOn } from "../../report/under-way.ts";
import { reportPage, reportPath } from "../../report/write-report.ts";
import { type Page, servePage } from "../../server/serve-page.ts";
import { EXIT } from "../exit-code.ts";
import { requireFitting } from "../misplaced.ts";
import { place } from "../place.ts";
import { readRun } from "../read-run.ts";
import { dim, say } from "../screen/style.ts";

export interface ReportOptions {
  readonly run?: string;
  readonly output?: string;
  readonly live?: boolean;
  readonly port?: number;
  readonly json?: boolean;
}

const FORMS = { output: ["report"], port: ["report --live"] };

export async function reportCommand(folder: string, options: ReportOptions): Promise<number> {
  requireFitting(options, options.live === true ? "report --live" : "report", FORMS);
  return options.live === true ? serve(folder, options) : write(folder, options);
}

async function write(folder: string, options: ReportOptions): Promise<number> {
  const { html, run, taskFolder } = await render(folder, options.run);
  if (options.output !== undefined) refuseInEnvironment(taskFolder, "--output", options.output);
  const file =
    options.output === undefined ? await ownReport(join(taskFolder, ".strop"), run) : resolve(options.output);
  await writeWhole(file, html);
  process.stdout.write(options.json === true ? `${JSON.stringify({ run, report: file })}\n` : `${place(file)}\n`);
  return EXIT.done;
}

/** Where the run has its report. What came with a task could lead elsewhere: throws StropError `workspace.link`. */
async function ownReport(stropFolder: string, run: string): Promise<string> {
  const file = reportPath(stropFolder, run);
  for (const folder of [stropFolder, join(stropFolder, "runs"), dirname(file)]) await requirePlainEntries(folder);
  return file;
}

async function serve(folder: string, { run, port, json }: ReportOptions): Promise<number> {
  // What is not there is an error here, and no empty page.
  readRun(folder, run).journal.close();
  const server = await servePage(() => render(folder, run), { port });
  const ends = Promise.withResolvers<void>();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ends.resolve());
  process.stdout.write(json === true ? `${JSON.stringify({ url: server.url })}\n` : `${server.url}\n`);
  say(dim("shows the run as it is, and renews itself; Ctrl-C ends the page, not the run"));
  await ends.promise;
  await server.close();
  return EXIT.done;
}

/** The run of that name, or the newest one at this moment. */
async function render(
  folder: string,
  name: string | undefined,
): Promise<Page & { readonly run: string; readonly taskFolder: string }> {
  const { taskFolder, run, journal, state } = readRun(folder, name);
  try {
    const stropFolder = join(taskFolder, ".strop");
    const now = underWay(state, { worker: workerOn(stropFolder, run), now: Date.now() });
    const html = reportPage(journal, { stropFolder, state, notes: await reportNotes(journal, state), now });
    return { html, isLive: state.ended === null, run, taskFolder };
  } finally {
    journal.close();
  }
}

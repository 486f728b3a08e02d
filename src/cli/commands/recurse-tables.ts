/** `strop recurse fig4|table1|audit|hacks`: the figures and tables of STOP, each with one command. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { StropError } from "../../core/errors.ts";
import { createDownstreamTask, downstreamTaskNames } from "../../downstream/registry.ts";
import type { Start } from "../../downstream/starts/starts.ts";
import { improverSource } from "../../improve/shipped.ts";
import { IMPROVER_FILE } from "../../loop/recurse/recursion.ts";
import type { RecursionSettings } from "../../loop/recurse/settings.ts";
import { audit } from "../../loop/recurse/tables/audit.ts";
import { fig4 } from "../../loop/recurse/tables/fig4.ts";
import { hacks } from "../../loop/recurse/tables/hacks.ts";
import { picture, type Table } from "../../loop/recurse/tables/pictures.ts";
import type { TableOptions } from "../../loop/recurse/tables/sub-runs.ts";
import { settingsOfRun, table1 } from "../../loop/recurse/tables/table1.ts";
import { scrubber } from "../../models/recording/scrub.ts";
import { formatDollars } from "../../core/figures.ts";
import { goesOnWithMoney } from "../screen/recursion-closing.ts";
import { goesOn, quoted, sameCommand, stepLines } from "../same-command.ts";
import { commandName } from "../command-name.ts";
import { EXIT } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { place } from "../place.ts";
import { dim, yellow } from "../screen/style.ts";
import { builtinNote, tableLines } from "../screen/table-text.ts";
import { requireFitting } from "../misplaced.ts";
import { tableProgress } from "../screen/table-progress.ts";
import {
  DEFAULT_IMPROVER,
  DEFAULT_LIMIT,
  isFree,
  RECURSE_FORMS,
  type RecurseOptions,
  recursionModels,
  recursionSettings,
} from "./recurse.ts";

const TABLES = ["fig4", "table1", "audit", "hacks"] as const;
type TableName = (typeof TABLES)[number];

export interface RecurseTableOptions extends RecurseOptions {
  /** fig4, hacks: runs of each kind; table1: draws of each task. */
  readonly runs?: number;
  /** audit: improvements of each model and variant. */
  readonly samples?: number;
  /** table1, hacks: a folder with runs. */
  readonly from?: string;
  /** table1: tasks to try the improver on. */
  readonly to?: readonly string[];
  readonly pick?: "champion" | "last";
}

const DEFAULT_RUNS = 5;
const DEFAULT_SAMPLES = 100;

/** Throws StropError `config.invalid` for a table that does not exist. */
export async function recurseTableCommand(table: string, options: RecurseTableOptions): Promise<number> {
  const name = tableName(table);
  const reads = options.from !== undefined && (name === "table1" || name === "hacks");
  requireFitting(options, `recurse ${name}${reads ? " --from" : ""}`, RECURSE_FORMS);
  const settings = recursionSettings(reads && name === "table1" ? asTheRun(options) : options);
  const models = settings.models.flatMap((model) => recursionModels({ ...settings, models: [model] }));
  const interrupt = listenForInterrupt();
  const progress = tableProgress({ out: process.stderr, now: () => performance.now() });
  try {
    const made = await makeTable(
      name,
      { settings, options },
      {
        folder: resolve(options.folder),
        fresh: options.fresh === true,
        models: settings.models,
        createModels: (run) => recursionModels({ ...settings, ...run }),
        maxCost: options.maxCost ?? (models.every(isFree) ? undefined : DEFAULT_LIMIT),
        parallel: options.parallel ?? 2,
        tier: options.tier,
        scrub: scrubber(process.env),
        observer: progress,
        signal: interrupt.signal,
      },
    );
    progress.stop();
    const files = writeTable(made);
    const closing = () =>
      tableClosing(made, { files, options, models: settings.models, isCut: interrupt.signal.aborted });
    process.stdout.write(options.json === true ? `${JSON.stringify({ ...made, files })}\n` : closing());
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return made.finished === made.planned ? EXIT.done : EXIT.unfinished;
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

function tableName(text: string): TableName {
  const name = TABLES.find((table) => table === text);
  if (name !== undefined) return name;
  throw new StropError("config.invalid", `expected a table (${TABLES.join(", ")}), found ${text}`, {
    hint: "leave it out to run the recursion itself",
  });
}

interface Asked {
  readonly settings: RecursionSettings;
  readonly options: RecurseTableOptions;
}

function makeTable(name: TableName, { settings, options }: Asked, table: TableOptions): Promise<Table> {
  const { runs = DEFAULT_RUNS, samples = DEFAULT_SAMPLES, pick = "champion" } = options;
  const from = options.from === undefined ? undefined : resolve(options.from);
  const improver = firstImprover(options);
  const to = name === "table1" ? transferTasks(settings, options.to) : [];
  // Before anything is written: an hour later would be late to learn that a task does not exist.
  for (const task of [...settings.tasks, ...to]) createDownstreamTask(task.name, task.options);
  switch (name) {
    case "fig4":
      return fig4({ settings, improver, runs }, table);
    case "table1":
      return table1({ settings, improver, from, pick, to, draws: runs }, table);
    case "audit":
      return audit({ settings, samples }, table);
    default:
      return hacks({ settings, improver, from, runs: options.runs ?? 1 }, table);
  }
}

/** What was said, and for the rest what the run was told whose improver is tried: its model above all. */
function asTheRun(options: RecurseTableOptions): RecurseTableOptions {
  const { tasks, models, downstream } = settingsOfRun(resolve(options.from as string));
  return {
    task: tasks.map(({ name }) => name),
    start: (tasks[0]?.options["start"] as Start | undefined) ?? "naive",
    model: models,
    utilityBudget: downstream.utilityCalls,
    modelBudget: downstream.modelCalls,
    responses: downstream.responsesPerCall,
    ...options,
  };
}

/** The folder's own improver, or the shipped one that was named. */
function firstImprover({ folder, improver = DEFAULT_IMPROVER }: RecurseTableOptions): string {
  const own = join(resolve(folder), IMPROVER_FILE);
  return existsSync(own) ? readFileSync(own, "utf8") : improverSource(improver);
}

/** The five others of Table 1, or those that were named. */
function transferTasks({ tasks }: RecursionSettings, to: readonly string[] | undefined): RecursionSettings["tasks"] {
  const others = downstreamTaskNames.filter((name) => !tasks.some((task) => task.name === name));
  const names = to ?? others;
  const start = tasks[0]?.options["start"];
  if (names.length > 0) return names.map((name) => ({ name, options: start === undefined ? {} : { start } }));
  throw new StropError(
    "config.invalid",
    "expected a task to try the improver on, found that it was made on all of them",
    {
      hint: "name tasks with --to, or fewer with --task",
    },
  );
}

interface TableFiles {
  readonly json: string;
  readonly picture: string;
}

function writeTable(table: Table): TableFiles {
  const files = { json: join(table.folder, `${table.table}.json`), picture: join(table.folder, `${table.table}.svg`) };
  writeFileSync(files.json, `${JSON.stringify(table, null, 2)}\n`);
  writeFileSync(files.picture, picture(table));
  return files;
}

interface Closing {
  readonly files: TableFiles;
  readonly options: RecurseTableOptions;
  readonly models: readonly string[];
  /** By the user. Nothing else but the end of the money leaves a table unfinished. */
  readonly isCut: boolean;
}

function tableClosing(table: Table, { files, options, models, isCut }: Closing): string {
  const isWhole = table.finished === table.planned;
  return [
    "",
    ...tableLines(table),
    ...builtinNote(table.table === "hacks" ? table.models : models),
    ...(isWhole ? [] : [yellow(`${table.finished} of ${table.planned} runs are finished; this is what they say`)]),
    ...(table.spent > 0 ? [dim(`models cost ${formatDollars(table.spent)}`)] : []),
    "",
    `${dim("picture")} ${place(files.picture)}`,
    `${dim("numbers")} ${place(files.json)}`,
    "",
    ...stepLines(nextSteps(table, options.folder, isCut)),
    "",
  ].join("\n");
}

function nextSteps(table: Table, folder: string, isCut: boolean): [string, string][] {
  if (table.finished < table.planned) return [isCut ? goesOn() : goesOnWithMoney()];
  const strop = `${commandName()} recurse`;
  const runs = quoted(place(table.folder));
  const first: [string, string] =
    table.table === "hacks"
      ? [`${strop} audit -C ${quoted(folder)}`, "shares with intervals, with and without a warning"]
      : [`${strop} hacks --from ${runs}`, "what was tried in these runs, with the lines"];
  const read = table.table === "hacks" ? ["--from <folder>"] : [];
  const same = sameCommand(["--fresh", "--json", "--model <name>", "--max-cost <dollars>", ...read]);
  return [first, [`${same} --fresh --model NAME --max-cost 5`, "with a language model"]];
}

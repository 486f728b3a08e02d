/**
 * One session of a run, from a loaded task to its report: the parts are chosen here and handed to the loop.
 * `strop run` is this with a screen around it.
 */
import { join } from "node:path";

import type { Action, Task } from "../../core/task.ts";
import { pinEnvironment, type TrialContext } from "../../executor/context.ts";
import { localExecutor } from "../../executor/local.ts";
import type { Executor } from "../../executor/types.ts";
import type { RunState } from "../../journal/state.ts";
import { chooseRule } from "../../judge/keep-rules/choose.ts";
import { requireKnownPrices } from "../../models/cost.ts";
import { scrubber } from "../../models/recording/scrub.ts";
import type { LanguageModel } from "../../models/types.ts";
import { createProposer, requireProposer } from "../../propose/registry.ts";
import type { TrainerSettings } from "../../propose/trainer/settings.ts";
import type { Proposer } from "../../propose/types.ts";
import { type RunFiles, writeReport } from "../../report/write-report.ts";
import { openSandbox } from "../../sandbox/open-sandbox.ts";
import type { Sandbox, Tier } from "../../sandbox/types.ts";
import { readAgenda } from "../../workspace/agenda.ts";
import type { LoadedTask } from "../../workspace/load-task.ts";
import { outsideLinkNotes } from "../../workspace/outside-links.ts";
import { programScope, secretScope } from "../../workspace/program.ts";
import { createTypeChecker } from "../../workspace/type-check.ts";
import { type ClaimedFolder, claimFolder } from "../folder/claim-folder.ts";
import type { RunObserver } from "./observer.ts";
import { programNotes } from "../advice/program-notes.ts";
import { openRun, type OpenRun } from "./open-run.ts";
import { type ModelSources, openModels, sessionTools, type SessionTools } from "./proposer-tools.ts";
import { research } from "./research.ts";

export interface RunTaskOptions extends ModelSources {
  /** Start a new run instead of continuing the newest. */
  readonly fresh?: boolean;
  /** Default `auto`: the strongest tier that works here. `none` must be asked for by name. */
  readonly tier?: Tier | "auto";
  /** Starts no further trial after this many milliseconds. Default: no limit. */
  readonly sessionMs?: number;
  /** Instead of the one that the task names. */
  readonly proposer?: Proposer;
  /** The open language model of the proposer `language-policy`. */
  readonly languagePolicy?: TrainerSettings | undefined;
  /** Instead of one that runs the task's actions. */
  readonly executor?: (context: TrialContext) => Executor;
  readonly observer?: RunObserver;
  /** When `stop.cost` is used up, whoever costs nothing goes on. Default: the run ends. */
  readonly goesOnWithoutMoney?: boolean;
  /** Abort to end the session cleanly. */
  readonly signal?: AbortSignal;
  /** Wall clock in milliseconds. */
  readonly now?: () => number;
}

export interface RunTaskResult {
  readonly state: RunState;
  readonly files: RunFiles;
  /** Git branch with one commit per champion; null where none was made. */
  readonly branch: string | null;
}

/**
 * Runs the task until a stop condition, the session's end, or an abort. Throws StropError for what the user must see
 * to: a locked folder, a changed environment, a failing baseline, a missing sandbox.
 */
export async function runTask(loaded: LoadedTask, options: RunTaskOptions = {}): Promise<RunTaskResult> {
  // What the user may have misspelt comes first: nothing is written for a run that cannot start.
  const { task } = loaded;
  const models = openModels(task, loaded.folder, options);
  requireKnownPrices(models, task.stop.cost);
  if (options.proposer === undefined)
    requireProposer(task.proposer, {
      model: models.length > 0,
      agent: task.agent !== undefined,
      "policy-model": options.languagePolicy !== undefined,
    });
  const claimed = await claimFolder(loaded.folder);
  try {
    const sandbox = await openSandbox({
      tier: options.tier ?? "auto",
      allowUnsafe: options.tier === "none",
      needs: kindsOf(loaded.task),
      recordFile: claimed.processesFile,
      spares: loaded.task.parallel,
    });
    try {
      return await runSession(loaded, claimed, { sandbox, models, options });
    } finally {
      await sandbox.close();
    }
  } finally {
    await claimed.release();
  }
}

/** The task as the journal keeps it: an agent's command line may hold a key. */
function recordable(task: Task, { env = process.env }: RunTaskOptions): Task {
  const { agent } = task;
  return agent === undefined ? task : { ...task, agent: { ...agent, command: scrubber(env)(agent.command) } };
}

const kindsOf = ({ run, evaluate, holdout, check }: Task): Action["kind"][] =>
  [run, evaluate, holdout, check].flatMap((action) => (action === undefined ? [] : [action.kind]));

/** Loaded for a run with the edit policy only: a network's runtime is slow to load. */
const projectPolicy = () => import("../folder/project-policy.ts");

/** What a user should know before the first trial: of the task, of its folder and of the program. */
const openingNotes = async ({ task, folder, notes }: LoadedTask, run: OpenRun, tier: Sandbox["tier"]) => [
  ...notes,
  ...(await outsideLinkNotes(folder, task)),
  ...run.notes,
  ...programNotes(run.program, { task, tier }),
];

async function runSession(
  loaded: LoadedTask,
  claimed: ClaimedFolder,
  { sandbox, models, options }: { sandbox: Sandbox; models: readonly LanguageModel[]; options: RunTaskOptions },
): Promise<RunTaskResult> {
  const { task, folder } = loaded;
  const { observer = {}, now = Date.now } = options;
  const run = await openRun({ ...loaded, task: recordable(task, options) }, claimed, {
    fresh: options.fresh === true,
    tier: sandbox.tier,
    now,
  });
  const policyWeights = async () => (await projectPolicy()).weightsOfRun(claimed.stropFolder, run.folder);
  let session: SessionTools | undefined;
  try {
    const { tools, ...asked } = (session = sessionTools({
      task,
      folder,
      claimed,
      journal: run.journal,
      models,
      sources: options,
      languagePolicy: options.languagePolicy && {
        settings: options.languagePolicy,
        folder: join(run.folder, "policy"),
      },
      now,
      observer,
    }));
    const opened = run.journal.state();
    if (opened !== null) observer.opened?.(opened, await openingNotes(loaded, run, sandbox.tier));
    const environment = pinEnvironment(folder, task, run.environment);
    const state = await research({
      run,
      executor: (options.executor ?? localExecutor)({
        task,
        folder,
        tempFolder: claimed.tempFolder,
        sandbox,
        environment,
        note: (sentence) => observer.note?.(sentence),
      }),
      proposer: options.proposer ?? createProposer(task.proposer, { ...tools, policyWeights }),
      ...asked,
      moneyReason: options.goesOnWithoutMoney === true ? () => undefined : asked.moneyReason,
      rule: chooseRule(task),
      agenda: await readAgenda(folder, task),
      inScope: programScope(task),
      types: await createTypeChecker(folder, claimed.tempFolder, run.program, { isHidden: secretScope(task) }),
      observer,
      signal: options.signal ?? new AbortController().signal,
      sessionMs: options.sessionMs ?? Number.POSITIVE_INFINITY,
      now,
    });
    const files = await writeReport(run.journal, { stropFolder: claimed.stropFolder, state });
    if (options.proposer === undefined && task.proposer === "policy")
      await (await projectPolicy()).keepLearned(claimed.stropFolder, { ...run, trials: run.journal.trials() });
    const branch = `strop/${run.run}`;
    return { state, files, branch: (await run.git?.branchExists(branch)) === true ? branch : null };
  } finally {
    session?.close();
    run.journal.close();
  }
}

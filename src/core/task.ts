/**
 * A task: what is to be improved. This is the validated form with every default filled in;
 * how a user writes it (strop.config.ts, .json, the autoresearch layout) is the workspace's business.
 */
import type { JsonObject } from "./json.ts";

export type Direction = "minimize" | "maximize";

/** A command line, run by the operating system inside the sandbox with the task's folder as working directory. */
export interface CommandAction {
  readonly kind: "command";
  /** Program and arguments. A string in the config becomes `["sh", "-c", string]`. */
  readonly argv: readonly string[];
  /** Extra environment variables. Nothing else of the user's environment is passed on. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute host folders that the command may read besides the task and /usr (a virtual environment, a data set). */
  readonly mounts: readonly string[];
  /** Whether it is shown the machine's GPUs; absent for false. */
  readonly gpu?: true;
}

/**
 * A TypeScript or JavaScript module with a default export `(trial) => …` (see `strop/task`), bundled on the host
 * and run by Deno without any permission: it sees the data named here and nothing else.
 */
export interface ModuleAction {
  readonly kind: "module";
  /** Path of the module, relative to the task's folder. */
  readonly module: string;
  /** Files handed to it as bytes, relative to the task's folder. */
  readonly data: readonly string[];
}

export type Action = CommandAction | ModuleAction;

export interface Metric {
  /** As printed or returned: `val_bpb`. */
  readonly name: string;
  readonly direction: Direction;
  /** Regular expression with one capture group, matched against each printed line; default: `name: number` and what else is usual (judge/read-metric.ts). */
  readonly pattern: string | undefined;
  /** JSON file in the output folder that holds the metric under its name, instead of a printed line. */
  readonly file: string | undefined;
  /** The same program always scores the same, so one trial decides. */
  readonly deterministic: boolean;
}

export interface Budget {
  /** T_max (autoresearch-rl §3.3): seconds from the first reported step, on `clock`. */
  readonly trainSeconds: number;
  /** `wall`, as in the paper; `cpu` counts the process tree's CPU seconds and stays comparable on a shared machine. */
  readonly clock: "wall" | "cpu";
  /** Wall seconds from launch to the first reported step (compilation, loading). Not charged to `trainSeconds`. */
  readonly startupSeconds: number;
  /** Seconds of `clock` after T_max for saving and printing results; then the trial is timed out. */
  readonly graceSeconds: number;
  /** Wall seconds for `evaluate`, `holdout` and `check`, each. */
  readonly evaluateSeconds: number;
  readonly memoryBytes: number;
  readonly processes: number;
  /** Bytes that may be printed. */
  readonly outputBytes: number;
  /** Bytes that may be written to disk. */
  readonly diskBytes: number;
}

/** The run ends when any of these holds; undefined means never. */
export interface StopConditions {
  readonly target: number | undefined;
  readonly trials: number | undefined;
  readonly hours: number | undefined;
  /** US dollars spent on language models. */
  readonly cost: number | undefined;
  /** Trials since the last improvement. */
  readonly stagnation: number | undefined;
}

/** How verdicts are reached. */
export interface JudgeSettings {
  /** `auto`: `strict` for a deterministic metric, else `tested`. */
  readonly rule: "auto" | "strict" | "tested" | "margin";
  /** Probability that a run under `tested` ever keeps what is no improvement. */
  readonly alpha: number;
  /** Pairs of runs that one candidate may cost under `tested`, after its first run. */
  readonly maxRepeats: number;
  /**
   * In the metric's unit. `margin`: what a gain must exceed. `tested`: what a program with less code may lose; undefined
   * for twice the standard deviation between seeds.
   */
  readonly margin: number | undefined;
  /** What stops hopeless trials; undefined for `self-evaluation`. The settings below are of judge/pruners/. */
  readonly pruner?: string | undefined;
  /** Checks per budget: T_max / Δt. */
  readonly checks?: number | undefined;
  /** β: a good trial is stopped with probability at most β/(1 − β). */
  readonly beta?: number | undefined;
  /** α of τ = best + α·σ_h. */
  readonly tolerance?: number | undefined;
  /** Finished trials before forecasts are calibrated. */
  readonly warmup?: number | undefined;
  /** What happens until then: every trial runs to its end, or the paper's rule on the power law alone. */
  readonly before?: "complete" | "plain" | undefined;
  /** Share of would-be stops that run to their end. */
  readonly audit?: number | undefined;
  readonly percentile?: number | undefined;
  readonly threshold?: number | undefined;
  readonly patience?: number | undefined;
  /** Wall seconds without output after which a trial that had begun is stopped; undefined for half of T_max. */
  readonly stallSeconds?: number | undefined;
}

/** A language model that may propose, as the config or `--model` names it. */
export interface ModelChoice {
  /** `anthropic/…`, `openai/…`, `google/…`, `ollama/…`, `openrouter/…`, `openai-compatible:URL#name`, `openai-responses:URL#name`. */
  readonly model: string;
  /** Share of the calls, relative to the others; undefined: a bandit decides by what pays per dollar. */
  readonly weight?: number | undefined;
  readonly temperature?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly contextTokens?: number | undefined;
  /** Wall seconds for one call, all its retries included. */
  readonly timeoutSeconds?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
  /** US dollars per million tokens; overrides the shipped table. */
  readonly price?:
    | { readonly input: number; readonly cachedInput?: number | undefined; readonly output: number }
    | undefined;
}

/** A coding agent: a command of the user's that edits files in a throw-away worktree. It has the user's rights. */
export interface AgentChoice {
  /** For the shell; `{prompt_file}` and `{prompt}` are replaced. */
  readonly command: string;
  /** Wall seconds for one edit. */
  readonly seconds: number;
  /** US dollars that one edit is counted as, when the agent does not say; undefined: 0. */
  readonly cost?: number | undefined;
}

/** How models are asked. */
export interface PromptSettings {
  /** Tokens of one prompt at most. */
  readonly tokens: number;
  /** Answers per call. */
  readonly samples: number;
  /** Times in a row that a model is shown why its edit was invalid. */
  readonly resamples: number;
  /** Notation that is asked for; every notation is accepted. */
  readonly edit: "search-replace" | "whole-files" | "unified-diff";
}

export interface Task {
  readonly name: string;
  /** Globs of the program's files, relative to the task's folder with `/` separators. */
  readonly program: readonly string[];
  /** Globs of the environment: frozen and hash-pinned. */
  readonly environment: readonly string[];
  /** Globs of files that `run` may not see (test data, answers); the evaluator, the holdout and the check do. */
  readonly hidden?: readonly string[];
  /** Folders that every trial finds empty and files that it finds gone, to write to, such as checkpoints; not pinned. */
  readonly scratch?: readonly string[] | undefined;
  readonly run: Action;
  /** Frozen scorer, run after the program in a second sandbox. Without one, scores are self-reported. */
  readonly evaluate: Action | undefined;
  /** As `evaluate`, run on champions only and never shown to a proposer. */
  readonly holdout: Action | undefined;
  /** Must exit 0 before a trial is paid for. */
  readonly check: CommandAction | undefined;
  readonly metric: Metric;
  readonly budget: Budget;
  /** Trials at a time. */
  readonly parallel: number;
  readonly seed: number;
  /** Name of the proposer, see `strop run --help`. */
  readonly proposer: string;
  /** Path of the agenda (program.md), relative to the task's folder. */
  readonly agenda: string | undefined;
  readonly stop: StopConditions;
  /** Undefined in runs older than the setting, which were `strict`. */
  readonly judge?: JudgeSettings;
  /** Language models that may propose; none in a run without. */
  readonly models?: readonly ModelChoice[] | undefined;
  readonly agent?: AgentChoice | undefined;
  readonly prompt?: PromptSettings | undefined;
  /** Islands that evolve side by side, each from its own best; undefined for one. */
  readonly islands?: number | undefined;
  /** What the numbers of another loop depend on (`strop recurse`, `strop reprogram`), in its own terms; undefined in `strop run`. */
  readonly settings?: JsonObject | undefined;
}

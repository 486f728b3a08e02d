/** From a valid config to the Task that everything else works with: shorthands spelled out, computed defaults filled in. */
import { homedir, totalmem } from "node:os";
import { resolve } from "node:path";

import { homeFolder } from "../core/home-folder.ts";
import type { Action, Budget, CommandAction, Metric, Task } from "../core/task.ts";
import { parseSize } from "./config/size.ts";
import type { ActionConfig, ParsedConfig } from "./config/schema.ts";

/** What the defaults depend on besides the config itself. */
export interface TaskPlace {
  /** Absolute path; names are relative to it. */
  readonly folder: string;
  /** Used when the config gives no name. */
  readonly name: string;
  /** Used when the config names no agenda; undefined for none. */
  readonly agenda: string | undefined;
}

/** Deeply frozen. Never fails: what could be wrong with a config was checked before. */
export function resolveTask(config: ParsedConfig, place: TaskPlace): Task {
  const optional = (action: ActionConfig | undefined) =>
    action === undefined ? undefined : resolveAction(action, place.folder);
  return deepFreeze<Task>({
    name: config.name ?? place.name,
    program: asList(config.program),
    environment: asList(config.environment ?? "**"),
    hidden: asList(config.hidden ?? []),
    scratch: config.scratch === undefined ? undefined : asList(config.scratch),
    run: resolveAction(config.run, place.folder),
    evaluate: optional(config.evaluate),
    holdout: optional(config.holdout),
    check: optional(config.check) as CommandAction | undefined,
    metric: resolveMetric(config.metric),
    budget: resolveBudget(config),
    parallel: config.parallel,
    seed: config.seed,
    proposer: config.proposer,
    agenda: config.agenda === undefined ? place.agenda : normal(config.agenda),
    stop: {
      target: undefined,
      trials: undefined,
      hours: undefined,
      cost: undefined,
      stagnation: undefined,
      ...config.stop,
    },
    judge: { margin: undefined, ...config.judge },
    models: resolveModels(config.models),
    agent: resolveAgent(config.agent),
    prompt: { ...config.prompt, samples: config.prompt.samples ?? config.parallel },
    islands: config.islands,
  });
}

function resolveAction(action: ActionConfig, folder: string): Action {
  if (typeof action === "string" || Array.isArray(action)) return commandAction(action, {});
  if ("module" in action) return { kind: "module", module: normal(action.module), data: action.data.map(normal) };
  const mounts = action.mounts.map((mount) => resolve(folder, mount.replace(/^~(?=\/|$)/, homeFolder(homedir))));
  return { ...commandAction(action.command, action.env, mounts), ...(action.gpu && { gpu: true }) };
}

const commandAction = (
  command: string | readonly string[],
  env: Readonly<Record<string, string>>,
  mounts: readonly string[] = [],
): CommandAction => ({
  kind: "command",
  argv: typeof command === "string" ? ["sh", "-c", command] : command,
  env,
  mounts,
});

function resolveModels(models: ParsedConfig["models"]): Task["models"] {
  if (models === undefined) return undefined;
  return [models].flat().map((choice) => (typeof choice === "string" ? { model: choice } : choice));
}

const resolveAgent = (agent: ParsedConfig["agent"]): Task["agent"] =>
  typeof agent === "string" ? { command: agent, seconds: 600 } : agent;

function resolveMetric(metric: ParsedConfig["metric"]): Metric {
  const defaults = { direction: "minimize", pattern: undefined, file: undefined, deterministic: false } as const;
  if (typeof metric === "string") return { ...defaults, name: metric };
  return { ...defaults, ...metric, file: metric.file === undefined ? undefined : normal(metric.file) };
}

function resolveBudget(config: ParsedConfig): Budget {
  const { trainSeconds, clock, startupSeconds, evaluateSeconds, processes, ...given } = config.budget;
  const graceSeconds = config.evaluate === undefined ? trainSeconds : Math.max(2, trainSeconds / 5);
  return {
    trainSeconds,
    clock,
    startupSeconds,
    graceSeconds: given.graceSeconds ?? graceSeconds,
    evaluateSeconds,
    memoryBytes: given.memory === undefined ? halfOfMemory() : bytes(given.memory),
    processes,
    outputBytes: bytes(given.output),
    diskBytes: bytes(given.disk),
  };
}

const MEGABYTE = 1_000_000;
/** The schema lets nothing else pass. */
const bytes = (size: number | string): number => parseSize(size) ?? Number.NaN;

/** Of the machine, or of the container, in whole megabytes. Not divided by `parallel`, which may change within a run. */
function halfOfMemory(): number {
  // 0 and absurdly large numbers both mean that there is no constraint.
  const total = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.max(1, Math.floor(total / 2 / MEGABYTE)) * MEGABYTE;
}

const asList = (globs: string | readonly string[]): readonly string[] =>
  (typeof globs === "string" ? [globs] : globs).map(normal);

/** `./a//b/` → `a/b`: a folder is the same folder with a slash behind its name. */
const normal = (path: string): string =>
  path
    .replace(/^(!?)(\.?\/)+/, "$1")
    .replaceAll(/\/(\.?\/)+/g, "/")
    .replace(/(?<=[^!])(\/\.?)+$/, "");

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

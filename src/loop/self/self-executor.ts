/**
 * Runs a candidate of strop's own proposers: bundled, alone in the sandbox, against landscapes that stay on the host. The
 * host gives out the races, answers every question for a score, counts the questions and remembers the best; what the
 * candidate says of itself is never asked.
 */
import type { Json } from "../../core/json.ts";
import { mean } from "../../core/numerics/stats.ts";
import { INTERRUPTED, type Outcome } from "../../core/trial.ts";
import { environmentChanged, type TrialContext } from "../../executor/context.ts";
import { diagnose, failure, failureOf } from "../../executor/outcome.ts";
import type { Executor, TrialRequest } from "../../executor/types.ts";
import { bundleCandidate } from "../../sandbox/deno/bundle.ts";
import type { HostFunction } from "../../sandbox/types.ts";
import { verifyEnvironment } from "../../workspace/environment.ts";
import { type Landscape, landscapes, type LandscapeSplit } from "./landscapes.ts";
import type { OwnSource } from "./own-source.ts";
import { zoneProblem } from "./zones.ts";

export interface RaceSettings {
  /** Landscapes of every kind. */
  readonly draws: number;
  /** Trials of every race. */
  readonly trials: number;
  /** CPU time for all races of one candidate: the wall's would also count what else the machine does. */
  readonly cpuSeconds: number;
}

/** Unedited, it takes a second or two. */
export const DEFAULT_RACES: RaceSettings = Object.freeze({ draws: 32, trials: 30, cpuSeconds: 60 });

/** Whoever sleeps is ended by the wall, at so many times the limit. */
const WALLS = 10;
const CPU_POLL_MS = 250;

/** Nothing is gained beyond six decades. */
const SMALLEST = 1e-6;

/** Every run draws its landscapes by its own seed. `context`'s folder holds the files of `source`, its environment the fixed ones. */
export function selfExecutor(
  context: TrialContext,
  source: OwnSource,
  { draws, trials, cpuSeconds }: RaceSettings,
): Executor {
  const on = (split: LandscapeSplit) => async (request: TrialRequest) => {
    const changed = await verifyEnvironment(context.environment.pins);
    if (changed.length > 0) throw environmentChanged(changed);
    const { seed } = request;
    const problem = zoneProblem(source.open, request.files);
    if (problem !== undefined) return failure("invalid", problem);
    const files = { ...request.files, ...(await context.environment.modules("referee")) };
    const bundle = await bundleCandidate({ entry: source.entry, files, packages: {} });
    return "problem" in bundle
      ? failure("invalid", bundle.problem)
      : runRaces(context, bundle.source, {
          request,
          cpuSeconds,
          desk: raceDesk(landscapes(split, { draws, seed }), { trials, seed }),
        });
  };
  return { run: on("search"), holdout: on("holdout"), close: () => context.sandbox.close() };
}

interface Racing {
  readonly request: TrialRequest;
  readonly cpuSeconds: number;
  readonly desk: RaceDesk;
}

async function runRaces(
  { sandbox, task: { budget } }: TrialContext,
  source: string,
  { request, cpuSeconds, desk }: Racing,
): Promise<Outcome> {
  const { memoryBytes, processes, outputBytes, diskBytes } = budget;
  const limit = new AbortController();
  const execution = sandbox.module({
    source,
    input: null,
    blobs: {},
    functions: desk.functions,
    limits: { wallSeconds: WALLS * cpuSeconds, memoryBytes, processes, outputBytes, diskBytes },
    signal: AbortSignal.any([request.signal, limit.signal]),
  });
  const meter = setInterval(() => {
    if (execution.usage().cpuSeconds > cpuSeconds) limit.abort();
  }, CPU_POLL_MS);
  const result = await execution.result.finally(() => clearInterval(meter));
  const diagnostics = diagnose(result, result.wallSeconds);
  if (request.signal.aborted) return failure("interrupted", INTERRUPTED, diagnostics);
  if (limit.signal.aborted) return failure("timed-out", `used more than ${cpuSeconds} s of CPU time`, diagnostics);
  const { score, metrics } = desk.close();
  const scored: Outcome = { status: "scored", score, reason: "", selfReported: false, metrics, diagnostics };
  return failureOf(result, diagnostics) ?? scored;
}

interface RaceDesk {
  readonly functions: Readonly<Record<"race" | "score", HostFunction>>;
  /** Mean decades gained, and by kind of landscape. A race that was not run gained nothing. */
  close(): { readonly score: number; readonly metrics: Readonly<Record<string, number>> };
}

export function raceDesk(
  all: readonly Landscape[],
  { trials, seed }: Pick<RaceSettings, "trials"> & { readonly seed: number },
): RaceDesk {
  const best = all.map(({ text, score }) => score(text) ?? Number.NaN);
  const start = [...best];
  let [at, questions] = [-1, 0];
  const race = (): Json => {
    const next = all[++at];
    questions = 0;
    return next === undefined ? null : { path: next.path, text: next.text, trials, seed: seed + at };
  };
  const score = (text: Json): Json => {
    const landscape = all[at];
    // The program to begin with is scored too.
    if (landscape === undefined || questions++ > trials) throw new Error("the trials of this race are used up");
    const value = typeof text === "string" ? landscape.score(text) : null;
    if (value !== null && value < (best[at] as number)) best[at] = value;
    return value;
  };
  const gained = (i: number): number => -Math.log10(Math.max(SMALLEST, (best[i] as number) / (start[i] as number)));
  return {
    functions: { race, score },
    close() {
      const gains = all.map(({ kind }, i) => ({ kind, gain: gained(i) }));
      const kinds = [...Map.groupBy(gains, ({ kind }) => kind)];
      const metrics = Object.fromEntries(
        kinds.map(([kind, its]) => [`decades_${kind}`, mean(its.map(({ gain }) => gain))]),
      );
      return { score: mean(gains.map(({ gain }) => gain)), metrics };
    },
  };
}

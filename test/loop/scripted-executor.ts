/** An executor without a sandbox: what a run scores is said by the test, which is then about what comes between the runs. */
import type { Outcome } from "../../src/core/trial.ts";
import type { Executor, TrialRequest } from "../../src/executor/types.ts";

/** Null for a run that is refused. */
type Scorer = (request: TrialRequest) => number | null | Promise<number | null>;

const DIAGNOSTICS = { wallSeconds: 0, trainSeconds: 0, cpuSeconds: 0, peakMemoryBytes: 0, outputTail: "" };

const outcome = (score: number | null, status: Outcome["status"]): Outcome => ({
  status,
  score,
  reason: status === "invalid" ? "it is wrong" : "",
  selfReported: false,
  metrics: {},
  diagnostics: DIAGNOSTICS,
});

/** What is aborted while it is scored is interrupted, as in any executor. */
const runBy =
  (score: Scorer) =>
  async (request: TrialRequest): Promise<Outcome> => {
    const value = await score(request);
    return request.signal.aborted
      ? outcome(null, "interrupted")
      : outcome(value, value === null ? "invalid" : "scored");
  };

/** `holdout` scores as `run` unless told otherwise. */
export const scripted = (run: Scorer, holdout: Scorer = run): (() => Executor) => {
  const executor = { run: runBy(run), holdout: runBy(holdout), close: () => Promise.resolve() };
  return () => executor;
};

/** The number behind `width = ` in a program. */
export const widthIn = ({ files }: Pick<TrialRequest, "files">): number =>
  Number(/width = ([-+\d.e]+)/.exec(Object.values(files).join("\n"))?.[1]);

/** Finished trials for prompts: what each test does not say is unremarkable. */
import fc from "fast-check";

import type { Edit } from "../../../src/core/edit.ts";
import type { OutcomeStatus, TrialRecord } from "../../../src/core/trial.ts";

interface Told {
  readonly trial: number;
  readonly description?: string;
  readonly status?: OutcomeStatus;
  readonly score?: number;
  readonly reason?: string;
  readonly outputTail?: string;
  readonly edit?: Edit | null;
  readonly parent?: string | null;
  readonly candidate?: string | null;
}

export function trialRecord(told: Told): TrialRecord {
  const { trial, description = "an idea", status = "scored", score = 1, reason = "", outputTail = "" } = told;
  const isScored = status === "scored";
  return {
    trial,
    attempts: 1,
    proposer: "model",
    description,
    parent: told.parent ?? null,
    candidate: told.candidate ?? null,
    edit: told.edit ?? null,
    detail: null,
    seed: 0,
    outcome: {
      status,
      score: isScored ? score : null,
      reason,
      selfReported: false,
      metrics: { params: 1000 },
      diagnostics: { wallSeconds: 3, trainSeconds: 2, cpuSeconds: 2, peakMemoryBytes: 2 ** 28, outputTail },
    },
    verdict: isScored ? { decision: "discard", rule: "strict", reason: "no better", reward: 0 } : null,
  };
}

/** Text as programs and models may write it: words, markers, fences, other scripts, control characters, long runs. */
export const wildText = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ maxLength, unit: "binary" }),
    fc.lorem({ maxCount: Math.max(1, Math.floor(maxLength / 8)) }),
    fc
      .array(
        fc.constantFrom(
          "```",
          "````diff",
          "~~~",
          "<<<<<<< SEARCH",
          "=======",
          ">>>>>>> REPLACE",
          "# Now",
          "| ",
          '"',
          "x",
        ),
        {
          maxLength: Math.max(1, Math.floor(maxLength / 12)),
        },
      )
      .map((lines) => lines.join("\n")),
    fc.constantFrom("`", " ", "x", "漢", "\n", "7", "🙂").map((unit) => unit.repeat(Math.floor(maxLength / 2))),
  );

const wildEdit = (maxLength: number): fc.Arbitrary<Edit | null> =>
  fc.oneof(
    fc.constant(null),
    wildText(maxLength).map((diff): Edit => ({ kind: "unified-diff", diff })),
    wildText(maxLength).map((text): Edit => ({ kind: "whole-files", files: [{ path: "main.py", text }] })),
    fc
      .tuple(wildText(maxLength), wildText(maxLength))
      .map(([search, replace]): Edit => ({ kind: "search-replace", blocks: [{ path: "main.py", search, replace }] })),
  );

export const wildHistory = (maxTrials: number): fc.Arbitrary<TrialRecord[]> =>
  fc
    .array(
      fc.record({
        description: wildText(300),
        status: fc.constantFrom<OutcomeStatus>("scored", "invalid", "crashed", "timed-out", "stopped-early"),
        score: fc.double({ noNaN: true, noDefaultInfinity: true }),
        reason: wildText(500),
        outputTail: wildText(2_000),
        edit: wildEdit(3_000),
      }),
      { minLength: 1, maxLength: maxTrials },
    )
    .map((told) => told.map((one, trial) => trialRecord({ ...one, trial })));

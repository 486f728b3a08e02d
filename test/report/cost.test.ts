import { describe, expect, it } from "vitest";

import { NO_TOKENS } from "../../src/core/exchange.ts";
import { formatDollars } from "../../src/core/figures.ts";
import type { RunEvent } from "../../src/journal/events.ts";
import { reduce } from "../../src/journal/fold/reduce.ts";
import type { RunState } from "../../src/journal/state.ts";
import { costNote, costReport } from "../../src/report/cost.ts";
import { shortCount } from "../../src/report/format.ts";
import { startedEvent } from "../journal/arbitrary-run.ts";
import { begun, proposed, scored } from "../journal/simple-trial.ts";

const call = (exchange: number, purpose: string, cost: number | null): RunEvent[] => [
  { type: "model.asked", at: 0, exchange, key: purpose, purpose, model: "a/b", reserved: 1 },
  {
    type: "model.answered",
    at: 0,
    exchange,
    usage: { input: 1_000, cachedInput: 0, output: 100, reasoning: 0 },
    cost,
    failure: null,
    wallSeconds: 1,
  },
];
const fold = (events: readonly RunEvent[]): RunState => events.reduce<RunState | null>(reduce, null) as RunState;

describe("what models cost", () => {
  const events: RunEvent[] = [
    startedEvent("minimize"),
    proposed(0),
    begun(0),
    scored(0, 5, "keep"),
    ...call(0, "trial-1", 0.5),
    ...call(1, "trial-1", 0.25),
    proposed(1),
    begun(1),
    scored(1, 4, "keep"),
    ...call(2, "trial-2/improve/call-0", 2),
    ...call(3, "trial-3", null),
    proposed(2),
    begun(2),
    scored(2, 6),
  ];

  it("is added up by trial, dearest first, and divided by trials and by improvements", () => {
    const stored = events.map((event, i) => ({ sequence: i + 1, event }));
    const report = costReport(stored, fold(events));
    expect(report).toMatchObject({
      total: 2.75,
      trials: 2,
      kept: 1,
      perTrial: 1.375,
      perImprovement: 2.75,
      unpriced: 1,
    });
    expect(report.purposes.map(({ purpose, calls, cost }) => [purpose, calls, cost])).toEqual([
      ["trial-2", 1, 2],
      ["trial-1", 2, 0.75],
      ["trial-3", 1, 0],
    ]);
  });

  it("counts calls without an answer apart, as long as nobody knows whether they are under way", () => {
    const asked = call(4, "trial-3", 0)[0]!;
    expect(costReport([], fold([...events, asked])).open).toEqual({ calls: 1, reserved: 1 });
    expect(costReport([], fold(events)).open).toEqual({ calls: 0, reserved: 0 });
  });

  it("is one line, and none in a run that asked no model", () => {
    expect(costNote(fold(events))).toBe(
      "models $2.75 in 4 calls, 4 k tokens in, 400 out, without the calls whose price is not known",
    );
    expect(costNote(fold(events.slice(0, 4)))).toBeUndefined();
    const [asked, answered] = call(0, "trial-1", 0);
    const failed = { ...answered, failure: "server-error", usage: NO_TOKENS } as RunEvent;
    expect(costNote(fold([...events.slice(0, 4), asked!, failed]))).toBe("models $0 in 1 call, all failed");
    expect(costNote(fold([...events.slice(0, 4), ...call(0, "trial-1", null)]))).toBe(
      "models at a price that is not known in 1 call, 1 k tokens in, 100 out",
    );
  });

  it("is written so that small sums keep two digits", () => {
    expect([0, 0.00312, 0.099, 0.1, 12.345].map(formatDollars)).toEqual(["$0", "$0.0031", "$0.099", "$0.10", "$12.35"]);
    expect([0.0042, 0.01, 1.256].map(formatDollars)).toEqual(["$0.0042", "$0.010", "$1.26"]);
    expect([950, 12_340, 4_561_000].map(shortCount)).toEqual(["950", "12.3 k", "4.56 M"]);
  });
});

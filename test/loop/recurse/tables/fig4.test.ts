/** Figure 4 and Table 1 with a model of known quality: rows, controls, one limit of cost, and what a cut-off table repeats. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { improverSource } from "../../../../src/improve/shipped.ts";
import { openLoopRun } from "../../../../src/loop/loop-run.ts";
import { recursionTask } from "../../../../src/loop/recurse/recursion-task.ts";
import { fig4, type Fig4, type Fig4Kind } from "../../../../src/loop/recurse/tables/fig4.ts";
import { picture } from "../../../../src/loop/recurse/tables/pictures.ts";
import { table1 } from "../../../../src/loop/recurse/tables/table1.ts";
import { failedReply, failure } from "../../../../src/models/failures.ts";
import { TINY, options, scripted } from "./helpers.ts";

/** Tries all masks: learns parity exactly. */
const GOOD_SOLUTION = `export function algorithm(samples: number[][], labels: number[], tests: number[][]): number[] {
  const bits = samples[0].length;
  const parity = (mask: number, sample: number[]) => sample.reduce((sum, bit, i) => sum ^ (bit & (mask >> i)), 0) & 1;
  let best = [0, -1];
  for (let mask = 0; mask < 2 ** bits; mask++) {
    const right = samples.filter((sample, i) => parity(mask, sample) === labels[i]).length;
    if (right > best[1]) best = [mask, right];
  }
  return tests.map((sample) => parity(best[0], sample));
}`;

/** An improver that knows the answer, and asks nobody. */
const GOOD_IMPROVER = `export async function improve(solution: string): Promise<string> {
  return solution.includes("function improve") ? solution : ${JSON.stringify(GOOD_SOLUTION)};
}`;

const fence = (code: string): string => `\`\`\`typescript\n${code}\n\`\`\``;

/** No help with solutions; asked for an improver, it writes the one that knows. */
const model = (price = { input: 0, output: 0 }) =>
  scripted(
    (number, { messages }) => {
      const isImprover = messages.some(({ content }) => content.includes("metaUtility"));
      return isImprover ? fence(GOOD_IMPROVER) : fence(`// ${number}\nexport const algorithm = () => [];`);
    },
    { price },
  );

const valuesOf = ({ rows }: Fig4, kind: Fig4Kind): (number | undefined)[] =>
  rows.find((row) => row.kind === kind)?.points.map(({ mean }) => mean) ?? [];

describe("figure 4", { timeout: 180_000 }, () => {
  it("shows the recursion, its control and both baselines; cut off, it repeats nothing that is finished", async () => {
    const asked = model();
    const controller = new AbortController();
    const base = options(asked);
    const fig = { settings: TINY, improver: improverSource("seed"), runs: 1 };
    const finished: string[] = [];
    const observer = {
      finished: (label: string) => {
        finished.push(label);
        if (finished.length === 1) controller.abort();
      },
    };
    const cut = await fig4(fig, { ...base, observer, signal: controller.signal });
    expect(cut).toMatchObject({ finished: 1, planned: 4 });
    expect(picture(cut)).toContain("stop, scripted");
    const calls = asked.calls.length;
    const whole = await fig4(fig, base);
    expect(whole).toMatchObject({ finished: 4, planned: 4, folder: cut.folder });
    expect(valuesOf(whole, "stop")[0]).toBeCloseTo(valuesOf(whole, "frozen")[0] as number, 1);
    // One round is enough for a model that writes the improver that knows; the seed at work on it gets as far.
    expect(valuesOf(whole, "stop")[1]).toBeGreaterThan(0.95);
    expect(valuesOf(whole, "frozen")[1]).toBeGreaterThan(0.95);
    expect(valuesOf(whole, "chain-of-thought")).toHaveLength(1);
    expect(whole.gains[0]?.mean).toBeGreaterThan(0.2);
    expect(whole.gains[1]?.mean).toBeCloseTo(0);
    const again = asked.calls.length;
    expect(again).toBeGreaterThan(calls);
    expect(await fig4(fig, base)).toEqual(whole);
    expect(asked.calls).toHaveLength(again);
    const purposes = (name: string) => asked.calls.filter(({ purpose }) => purpose.includes(name)).length;
    expect(purposes("trial-0/improve/call")).toBe(2);
  });

  it("tells whoever waits that a model fails in one of its runs", async () => {
    const failing = { ...model(), complete: async () => failedReply(failure("server-error", "no luck today")) };
    const told = new Set<string>();
    const observer = { note: (sentence: string) => void told.add(sentence) };
    await fig4({ settings: TINY, improver: improverSource("seed"), runs: 1 }, options(failing, { observer }));
    expect([...told]).toEqual(["scripted: no luck today"]);
  });

  it("spends no more in all of its runs than one limit allows, and goes on with a larger one", async () => {
    const asked = model({ input: 100, output: 900 });
    const base = options(asked, { maxCost: 3.5 });
    const fig = { settings: { ...TINY, rounds: 0 }, improver: improverSource("seed"), runs: 1 };
    // Every call costs a dollar, and 100,000 characters of prompt are far from being one more.
    const cut = await fig4(fig, base);
    expect(cut).toMatchObject({ planned: 4, spent: asked.calls.length });
    expect(cut.finished).toBeLessThan(4);
    expect(asked.calls.length).toBeLessThanOrEqual(3);
    const whole = await fig4(fig, { ...base, maxCost: 100 });
    expect(whole).toMatchObject({ finished: 4, spent: asked.calls.length });
  });

  it("refuses to mix runs of other settings, and begins a table beside the old one when told to", async () => {
    const base = options(model());
    const fig = { settings: { ...TINY, rounds: 0 }, improver: improverSource("seed"), runs: 1 };
    const first = await fig4(fig, base);
    const other = { ...fig, settings: { ...fig.settings, copies: 2 } };
    await expect(fig4(other, base)).rejects.toMatchObject({ code: "run.changed" });
    const second = await fig4(other, { ...base, fresh: true });
    expect([first.folder, second.folder].map((folder) => folder.slice(-8))).toEqual(["fig4-001", "fig4-002"]);
  });
});

describe("table 1", { timeout: 180_000 }, () => {
  it("tries the improver of a run on another task: better than the seed improver, and than nobody", async () => {
    const base = options(model());
    const table = await table1(
      {
        settings: TINY,
        improver: improverSource("seed"),
        pick: "champion",
        to: [{ name: "parity", options: { bits: 5 } }],
        draws: 2,
      },
      base,
    );
    const [row] = table.rows;
    expect(table).toMatchObject({ finished: 7, planned: 7, improvers: [{ model: "scripted", isSeed: false }] });
    expect(row).toMatchObject({ task: "parity bits=5", model: "scripted" });
    expect(row?.improved.mean).toBe(1);
    expect(row?.seed.mean).toBeCloseTo(row?.solution.mean as number, 5);
    expect(row?.gain.mean).toBeGreaterThan(0.3);
    const svg = join(base.folder, "table1.svg");
    writeFileSync(svg, picture(table));
    expect(readFileSync(svg, "utf8")).toContain("parity bits=5, scripted");
  });

  it("cut off while its improver is made, says what that has cost", async () => {
    const controller = new AbortController();
    const asking = model({ input: 1, output: 1 });
    const complete: typeof asking.complete = (...call) => {
      controller.abort();
      return asking.complete(...call);
    };
    const base = options({ ...asking, complete }, { signal: controller.signal });
    const table = { settings: TINY, improver: improverSource("seed"), pick: "last" as const, to: [], draws: 1 };
    const { finished, spent } = await table1(table, base);
    expect(finished).toBe(0);
    expect(spent).toBeGreaterThan(0);
  });

  it("says what to do when the folder holds no run", async () => {
    const base = options(model());
    const table = { settings: TINY, improver: "", pick: "last" as const, to: [], draws: 1, from: base.folder };
    await expect(table1(table, base)).rejects.toMatchObject({ code: "recurse.no-run" });
    const [task, program] = [recursionTask(TINY), { "train.ts": "export default 1;" }];
    const stropFolder = join(base.folder, ".strop");
    openLoopRun({ stropFolder, task, program, tier: "deno", fresh: false, now: Date.now }).close();
    await expect(table1(table, base)).rejects.toThrow(
      /expected a run of strop recurse in .*, found one of something else/,
    );
  });
});

/**
 * How often does `strop recurse`, as it comes, become better? Makes the run of every seed, in the sandbox and by the
 * command's own settings, and prints what its new runs say: test scores of I_0 and of the champion, in runs that chose
 * nothing. Then how a run's scores on validation and on test instances go together, within one improver. Finished seeds
 * below --folder are read, one that was cut off goes on.
 * Usage: node bench/recurse/offline/seeds.ts [--seeds 5] [--first 0] [--folder FOLDER] [--task qap] [--copies 5] [--rounds 4] [--meta 25] [--keep always]
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { DEFAULT_IMPROVER, recursionModels, recursionSettings } from "../../../src/cli/commands/recurse.ts";
import { definedOnly } from "../../../src/cli/defined-only.ts";
import { mean, meanInterval } from "../../../src/core/numerics/stats.ts";
import type { Calibration } from "../../../src/downstream/calibrate.ts";
import { improverSource } from "../../../src/improve/shipped.ts";
import type { Journal } from "../../../src/journal/journal.ts";
import type { RunState } from "../../../src/journal/state.ts";
import type { DownstreamPart } from "../../../src/loop/recurse/meta-utility.ts";
import { runRecursion } from "../../../src/loop/recurse/run-recursion.ts";
import { readNewest } from "../../../src/loop/recurse/tables/sub-runs.ts";
import { wholeNumber } from "../../whole-number.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "5" },
    first: { type: "string", default: "0" },
    folder: { type: "string" },
    // Of the command, to compare with its defaults.
    task: { type: "string", multiple: true },
    copies: { type: "string" },
    rounds: { type: "string" },
    meta: { type: "string" },
    keep: { type: "string" },
  },
});
const folder = values.folder ?? mkdtempSync(join(tmpdir(), "strop-seeds-"));
const [copies, rounds, metaBudget] = [values.copies, values.rounds, values.meta].map((text) =>
  text === undefined ? undefined : Number(text),
);
const keep = values.keep as "always" | "better" | undefined;
const given = definedOnly({ task: values.task, copies, rounds, metaBudget, keep });

interface Row {
  /** Trial of the champion; 0 where none was better than the first, and so nothing measured again. */
  readonly champion: number;
  readonly first: number;
  readonly best: number;
  readonly low: number;
  readonly high: number;
}

function rowOf({ champion, recent }: RunState): Row {
  const metrics = recent.at(-1)?.outcome?.metrics ?? {};
  return {
    champion: champion?.trial ?? 0,
    first: metrics["again_first"] ?? Number.NaN,
    best: metrics["again_champion"] ?? Number.NaN,
    low: metrics["again_gain_low"] ?? 0,
    high: metrics["again_gain_high"] ?? 0,
  };
}

/** Pairs of a validation and a test score, less the means of their improver. */
function centred(journal: Journal): (readonly [number, number])[] {
  const parts = [...journal.trials()].flatMap(({ trial }) => [...journal.parts(trial)]);
  const measured = parts.filter(([name]) => /^(?:validation|again)\//.test(name));
  const byImprover = Map.groupBy(measured, ([name]) => name.split("/")[1]);
  return [...byImprover.values()].flatMap((its) => {
    const runs = its.map(([, value]) => value as unknown as DownstreamPart);
    const [validation, test] = [mean(runs.map(({ score }) => score)), mean(runs.map((run) => run.test ?? 0))];
    return runs.map((run) => [run.score - validation, (run.test ?? 0) - test] as const);
  });
}

const fixed = (value: number): string => (Number.isNaN(value) ? "–" : value.toFixed(3)).padStart(7);
const told = ({ low, high }: Row): string => (low > 0 ? "better" : high < 0 ? "worse" : "not shown");

function line(seed: number, row: Row, minutes: number): string {
  const name = row.champion === 0 ? "none" : `I_${row.champion}`;
  const interval = `${fixed(row.low)} to${fixed(row.high)}`;
  const gain = `${fixed(row.first)}  ${fixed(row.best)}  ${fixed(row.best - row.first)} ${interval}`;
  return `${String(seed).padStart(4)}  ${name.padEnd(8)} ${gain}  ${told(row).padEnd(9)}  ${minutes.toFixed(1).padStart(7)}`;
}

const count = wholeNumber("seeds", values.seeds);
console.log(`${folder}\nseed  champion      I_0 champion     gain  95 % interval      by new runs minutes`);
const rows: Row[] = [];
const pairs: (readonly [number, number])[] = [];
let machine: Calibration | undefined;
for (let i = 0; i < count; i++) {
  const seed = Number(values.first) + i;
  const settings = recursionSettings({ seed, ...given });
  const place = join(folder, `seed-${seed}`);
  const { state, calibration } = await runRecursion(place, {
    settings,
    models: recursionModels(settings),
    seedImprover: improverSource(DEFAULT_IMPROVER),
    calibration: machine,
  });
  machine = calibration ?? machine;
  const row = rowOf(state);
  rows.push(row);
  pairs.push(...(readNewest(place, centred) ?? []));
  console.log(line(seed, row, state.activeMs / 60_000));
}
const gains = rows.map(({ champion, first, best }) => (champion === 0 ? 0 : best - first));
const { low, high } = meanInterval(gains);
const better = rows.filter((row) => told(row) === "better").length;
const interval = gains.length < 2 ? "" : `, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}`;
console.log(`mean gain ${mean(gains).toFixed(3)}${interval}; shown in ${better} of ${rows.length} runs`);
const product = (of: (pair: readonly [number, number]) => number): number => mean(pairs.map(of));
const r = product(([a, b]) => a * b) / Math.sqrt(product(([a]) => a * a) * product(([, b]) => b * b));
console.log(`validation and test score of one run, within an improver: r = ${r.toFixed(2)}, ${pairs.length} runs`);

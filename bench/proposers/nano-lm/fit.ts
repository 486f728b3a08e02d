/**
 * Fits the surrogate of nano-lm to journals of real runs and writes surrogate.json: ln(score − FLOOR) as a sum over features
 * (points.ts) by ridge regression, curvatures not negative, checked on held-out trials; and what rewrites of the code did.
 * Usage: node bench/proposers/nano-lm/fit.ts JOURNAL…
 */
import { writeFileSync } from "node:fs";

import { createRandom } from "../../../src/core/numerics/random.ts";
import { mean } from "../../../src/core/numerics/stats.ts";
import { type Journal, openJournal } from "../../../src/journal/journal.ts";
import { type Features, featuresOf } from "./points.ts";
import { FLOOR, predicted, skeletonOf, type Surrogate } from "./surrogate.ts";

interface Sample {
  readonly features: Features;
  readonly y: number;
}

const FOLDS = 8;
const PENALTIES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05];

async function samplesOf(journal: Journal): Promise<{ literals: Sample[]; code: number[] }> {
  const literals: Sample[] = [];
  const code: number[] = [];
  const baseline = skeletonOf(journal.program(journal.trial(0)?.candidate as string));
  for (const { candidate, parent, outcome, proposer } of journal.trials()) {
    if (candidate === null || outcome?.score == null) {
      if (outcome !== null && proposer === "rewrites" && outcome.status !== "interrupted") code.push(Number.NaN);
      continue;
    }
    const y = Math.log(outcome.score - FLOOR);
    const files = journal.program(candidate);
    if (skeletonOf(files) === baseline) literals.push({ features: await featuresOf(files), y });
    // The baseline is trained so little that its score says least about an edit of it.
    const isLater = proposer === "rewrites" && parent !== null && parent !== journal.trial(0)?.candidate;
    const before = isLater ? scoreOf(journal, parent) : null;
    if (before !== null) code.push(y - Math.log(before - FLOOR));
  }
  return { literals, code };
}

function scoreOf(journal: Journal, candidate: string): number | null {
  for (const record of journal.trials()) if (record.candidate === candidate) return record.outcome?.score ?? null;
  return null;
}

/** Products are believed in less than slopes, so they cost more. */
const priceOf = (name: string): number => (name.endsWith("·rate") ? 3 : 1);

function fit(samples: readonly Sample[], penalty: number): Surrogate["effects"] {
  let names = [...new Set(samples.flatMap(({ features }) => [...features.keys()]))].sort();
  for (;;) {
    const solution = ridge(samples, names, penalty);
    const bent = names.filter((name, i) => name.endsWith("²") && (solution[i + 1] as number) < 0);
    if (bent.length === 0) {
      const effects = names.map((name, i) => [name, Number((solution[i + 1] as number).toPrecision(4))] as const);
      return { "": Number((solution[0] as number).toPrecision(6)), ...Object.fromEntries(effects) };
    }
    names = names.filter((name) => !bent.includes(name));
  }
}

/** Normal equations with an unpenalised intercept, by Gaussian elimination. */
function ridge(samples: readonly Sample[], names: readonly string[], penalty: number): number[] {
  const rows = samples.map(({ features }) => [1, ...names.map((name) => features.get(name) ?? 0)]);
  const size = names.length + 1;
  const a = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_x, j) => {
      const sum = rows.reduce(
        (s, row, r) => s + (row[i] as number) * (j < size ? (row[j] as number) : (samples[r] as Sample).y),
        0,
      );
      return sum + (i === j && i > 0 ? penalty * priceOf(names[i - 1] as string) : 0);
    }),
  );
  for (let i = 0; i < size; i++) {
    const pivot = a[i] as number[];
    for (let k = 0; k < size; k++) {
      const row = a[k] as number[];
      if (k === i) continue;
      const factor = (row[i] as number) / (pivot[i] as number);
      for (let j = i; j <= size; j++) row[j]! -= factor * (pivot[j] as number);
    }
  }
  return a.map((row, i) => (row[size] as number) / (row[i] as number));
}

/** Root mean squared error on trials that were not fitted, and the share of their variance that is explained. */
function heldOut(samples: readonly Sample[], penalty: number): { error: number; explained: number } {
  const order = createRandom("folds").shuffle(samples);
  const errors = order.flatMap((_, fold) => {
    if (fold >= FOLDS) return [];
    const effects = fit(
      order.filter((_s, i) => i % FOLDS !== fold),
      penalty,
    );
    return order.filter((_s, i) => i % FOLDS === fold).map(({ features, y }) => y - predicted(effects, features));
  });
  const center = mean(samples.map(({ y }) => y));
  const variance = mean(samples.map(({ y }) => (y - center) ** 2));
  const error = Math.sqrt(mean(errors.map((e) => e ** 2)));
  return { error, explained: 1 - error ** 2 / variance };
}

const journals = process.argv.slice(2).map((path) => openJournal(path, { readOnly: true }));
const parts = await Promise.all(journals.map(samplesOf));
const samples = parts.flatMap(({ literals }) => literals);
const code = parts.flatMap((part) => part.code);
const checked = PENALTIES.map((penalty) => ({ penalty, ...heldOut(samples, penalty) }));
for (const { penalty, error, explained } of checked)
  console.log(
    `penalty ${penalty}: held-out error ${error.toFixed(3)} in ln(score − ${FLOOR}), R² ${explained.toFixed(3)}`,
  );
const best = checked.reduce((a, b) => (b.error < a.error ? b : a));
const effects = fit(samples, best.penalty);
const residual = Math.sqrt(mean(samples.map(({ features, y }) => (y - predicted(effects, features)) ** 2)));
const scored = code.filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
const surrogate: Surrogate = {
  trials: samples.length,
  heldOutError: Number(best.error.toFixed(4)),
  heldOutExplained: Number(best.explained.toFixed(3)),
  residual: Number(residual.toFixed(4)),
  effects,
  rewrites: scored.map((x) => Number(x.toFixed(3))),
  failedRewrites: code.length === 0 ? 0 : Number((1 - scored.length / code.length).toFixed(3)),
};
writeFileSync(new URL("surrogate.json", import.meta.url), `${JSON.stringify(surrogate, null, 2)}\n`);
console.log(`${samples.length} trials of literals and ${code.length} rewrites; residual ${residual.toFixed(3)}`);
for (const journal of journals) journal.close();

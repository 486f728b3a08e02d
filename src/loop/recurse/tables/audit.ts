/**
 * Table 2 of STOP: the share of improvements of the seed improver that try to leave the sandbox, without and with a line
 * that warns, by model. What the text says and what a run did are told apart.
 */
import { type Interval, wilsonInterval } from "../../../core/numerics/stats.ts";
import type { RecursionSettings } from "../settings.ts";
import { auditRun, triesByRun, triesByText } from "./audit-run.ts";
import type { AuditedImprovement } from "./audit-samples.ts";
import { AUDIT_VARIANTS, type AuditVariant } from "./audit-variants.ts";
import { proportionTest, type ProportionTest } from "./proportions.ts";
import { folderName, runAll, tableFolder, type TableOptions } from "./sub-runs.ts";

export interface AuditSettings {
  /** `models` is set for each. */
  readonly settings: RecursionSettings;
  /** N: improvements for each model and variant. */
  readonly samples: number;
}

/** How an attempt is found: `text` by syntax tree, `run` by what host and sandbox saw, `substring` as the paper does. */
const AUDIT_METHODS = ["text", "run", "substring"] as const;
export type AuditMethod = (typeof AUDIT_METHODS)[number];

/** A share with its Wilson 95 % interval. */
export interface AuditShare extends Interval {
  readonly successes: number;
  readonly trials: number;
}

export interface AuditRow {
  readonly model: string;
  readonly method: AuditMethod;
  readonly shares: Readonly<Record<AuditVariant, AuditShare>>;
  /** Plain against warned. */
  readonly test: ProportionTest;
}

export interface AuditExample {
  readonly model: string;
  readonly variant: AuditVariant;
  readonly name: string;
  /** In the improvement. */
  readonly line: number;
  readonly code: string;
}

export interface Audit {
  readonly table: "audit";
  readonly folder: string;
  /** N, as asked for; a share has what there is. */
  readonly samples: number;
  readonly rows: readonly AuditRow[];
  /** What the texts say, one of each name and line of code. */
  readonly examples: readonly AuditExample[];
  readonly finished: number;
  readonly planned: number;
  readonly spent: number;
}

export async function audit(
  { settings, samples }: AuditSettings,
  { folder, fresh, ...options }: TableOptions,
): Promise<Audit> {
  const place = tableFolder(folder, "audit", fresh);
  const sides = options.models.flatMap((model) => AUDIT_VARIANTS.map((variant) => ({ model, variant })));
  const runs = sides.map(({ model, variant }) =>
    auditRun({
      name: `${folderName(model)}/${variant}`,
      label: `${variant}, ${model}`,
      variant,
      settings: { ...settings, models: [model] },
      samples,
    }),
  );
  const { values, finished, spent } = await runAll(place, runs, options);
  const done = sides.map((side, i) => ({ ...side, improvements: values[i] ?? [] }));
  const rows = options.models.flatMap((model) => AUDIT_METHODS.map((method) => rowOf(model, method, done)));
  const examples = done.flatMap(examplesOf);
  return { table: "audit", folder: place, samples, rows, examples, finished, planned: runs.length, spent };
}

interface DoneSide {
  readonly model: string;
  readonly variant: AuditVariant;
  readonly improvements: readonly AuditedImprovement[];
}

const METHODS: Readonly<Record<AuditMethod, (improvement: AuditedImprovement) => boolean>> = {
  text: triesByText,
  run: triesByRun,
  substring: ({ holdsSubstring }) => holdsSubstring,
};

function rowOf(model: string, method: AuditMethod, done: readonly DoneSide[]): AuditRow {
  const shareOf = (variant: AuditVariant): AuditShare => {
    const own = done.find((side) => side.model === model && side.variant === variant)?.improvements ?? [];
    return share(own.filter(METHODS[method]).length, own.length);
  };
  const shares = { plain: shareOf("plain"), warned: shareOf("warned") };
  return { model, method, shares, test: proportionTest(shares.plain, shares.warned) };
}

export const share = (successes: number, trials: number): AuditShare => ({
  successes,
  trials,
  ...wilsonInterval(successes, trials),
});

function examplesOf({ model, variant, improvements }: DoneSide): AuditExample[] {
  const found = improvements.filter(triesByText).flatMap(({ findings }) => findings ?? []);
  const distinct = new Map(found.map((finding) => [`${finding.name} ${finding.code}`, finding]));
  return [...distinct.values()].map(({ name, line, code }) => ({ model, variant, name, line, code }));
}

/**
 * The tunable literals of a program as a search space, and what the history says about it.
 */
import type { ProgramFiles } from "../../core/edit.ts";
import { gain } from "../../core/metric.ts";
import { remember } from "../../core/remember.ts";
import type { Task } from "../../core/task.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { LiteralSite, LiteralValue } from "../../syntax/literals.ts";
import { breaking } from "./breaking.ts";
import { type Domain, domainOf, type NumberDomain, toUnit } from "./domain.ts";
import { examination, isAboutCost, isAmount, isIn, isSetting, loopBounds, setsItsExamination } from "../examination.ts";
import { literalsIn, valuesIn } from "./values.ts";
import { sourcesOf } from "../sources.ts";
import type { ProposerContext } from "../types.ts";

export interface Dimension {
  /** In the program that is to be edited. */
  readonly site: LiteralSite;
  readonly domain: Domain;
  /** For people: the shortest name that tells it from the others. */
  readonly label: string;
}

type Tunable = Pick<Dimension, "site" | "domain">;

/** One trial, seen as a point of the space. */
export interface Observation {
  /** The literals' values by key. */
  readonly values: ReadonlyMap<string, LiteralValue>;
  /** Lower is better in either direction of the metric; Infinity for a trial that failed. */
  readonly loss: number;
}

/** The tunable literals of the champion. Ranges take in what was sensible for the baseline and what is for the champion. */
export async function literalSpace(context: ProposerContext): Promise<readonly Dimension[]> {
  const files = context.program(context.champion.candidate);
  const broke = await breaking(context);
  const all = (await domainsOf(files)).filter(({ site }) => !broke.has(site.key));
  const now = await ofTask(all, files, context.task);
  const then = new Map(
    (await domainsOf(context.program(context.baseline.candidate))).map((one) => [one.site.key, one.domain]),
  );
  const labels = labelsOf(now.map((one) => one.site));
  return now.map(({ site, domain }, i) => ({
    site,
    domain: union(domain, then.get(site.key)),
    label: labels[i] as string,
  }));
}

/**
 * What is worth tuning in this task: switches are features of a program that is to be fast, hexadecimal numbers characters and masks, the
 * bounds of its loops how much it has to do.
 */
async function ofTask(all: readonly Tunable[], files: ProgramFiles, task: Task): Promise<readonly Tunable[]> {
  if (!isAboutCost(task)) return all;
  const bounds = loopBounds(await sourcesOf(files));
  const isFeature = ({ site }: Tunable) =>
    !isSetting(site.name) && (typeof site.value === "boolean" || /^-?0[xb]/i.test(site.text) || isIn(bounds, site));
  const some = all.filter((one) => !isFeature(one));
  return setsItsExamination(task) ? withoutExamination(some, files) : some;
}

/** Of a program that is to be fast, without the numbers that say how much it has to do. */
async function withoutExamination(all: readonly Tunable[], files: ProgramFiles): Promise<readonly Tunable[]> {
  const fenced = examination(await sourcesOf(files));
  return all.filter(({ site }) => {
    const { name, value } = site;
    if (isSetting(name)) return true;
    // Words are features, small numbers and fractions part of what is worked out.
    if (!Number.isInteger(value) || Math.abs(Number(value)) < 4) return false;
    return !isAmount(name) && !isIn(fenced, site);
  });
}

/** Tunable literals with the ranges that follow from their own values, in order of path and place. */
export const domainsOf = remember(async (files: ProgramFiles): Promise<readonly Tunable[]> => {
  const found = await Promise.all(
    Object.keys(files)
      .sort()
      .map((path) => literalsIn(path, files[path] as string)),
  );
  const options = new Map<string, ReadonlySet<string>>();
  for (const { choices } of found) {
    for (const [name, some] of choices) options.set(name, new Set([...(options.get(name) ?? []), ...some]));
  }
  const sites = found.flatMap((one) => one.sites);
  const shared = sharedSizes(sites);
  return sites.flatMap((site) => {
    const domain = shared.has(site.value) && isUnnamedInteger(site) ? null : domainOf(site, options.get(site.name));
    return domain === null ? [] : [{ site, domain }];
  });
});

/** Whole numbers that several calls are given in a nameless place: a size that has to agree, as in `embedding(256, w)` and `linear(w, 256)`. */
function sharedSizes(sites: readonly LiteralSite[]): ReadonlySet<LiteralValue> {
  const sizes = Map.groupBy(sites.filter(isUnnamedInteger), ({ value }) => value);
  return new Set([...sizes].flatMap(([value, own]) => (own.length > 1 ? [value] : [])));
}

const isUnnamedInteger = ({ kind, name }: LiteralSite): boolean => kind === "integer" && name.endsWith("]");

/**
 * All finished trials that had a program, failed ones as the worst. A trial that was run again beside a champion counts with what
 * that showed it to gain over that: its first look got it there by looking good, so it flatters.
 */
export async function observe(context: ProposerContext): Promise<readonly Observation[]> {
  const losses = lossesOf(context);
  const observations: Observation[] = [];
  for (const { trial, candidate, outcome } of context.history) {
    if (candidate === null || outcome === null || outcome.status === "interrupted") continue;
    // A candidate's name is the hash of its content, so it is the key; its program is not even fetched twice.
    const known = await valuesIn(context, candidate);
    observations.push({ values: known, loss: losses(trial) });
  }
  return observations;
}

/** Losses by trial. An opponent that is not named, or no longer in the history, is taken to be the newest that was kept before. */
function lossesOf(context: ProposerContext): (trial: number) => number {
  const records = new Map(context.history.map((record) => [record.trial, record]));
  const kept = context.history.filter(({ verdict }) => verdict?.decision === "keep").map(({ trial }) => trial);
  const found = new Map<number, number>();
  const lossAt = (trial: number): number => {
    const known = found.get(trial);
    if (known !== undefined) return known;
    const { outcome, verdict } = records.get(trial) as TrialRecord;
    const first = lossOf(context, outcome?.score ?? null);
    // A journal of others may name opponents in a circle.
    found.set(trial, first);
    const { pairs = 0, gain: shown = 0, opponent = trial } = verdict?.evidence ?? {};
    const beside = opponent !== trial && records.has(opponent) ? opponent : kept.findLast((one) => one < trial);
    if (pairs === 0 || beside === undefined) return first;
    const loss = lossAt(beside) - shown;
    found.set(trial, loss);
    return loss;
  };
  return lossAt;
}

/** Trials that run now and have a program; their loss is not known. */
export async function observePending(context: ProposerContext): Promise<readonly Observation[]> {
  const ids = context.pending.flatMap(({ candidate }) => (candidate === null ? [] : [candidate]));
  const found = ids.map(async (id) => ({
    values: await valuesIn(context, id),
    loss: Number.NaN,
  }));
  return Promise.all(found);
}

/** A score so that lower is better; Infinity for none. */
export const lossOf = (context: ProposerContext, score: number | null): number =>
  score === null || !Number.isFinite(score) ? Infinity : -gain(context.direction, score, 0);

function union(domain: Domain, other: Domain | undefined): Domain {
  if (domain.kind !== "number" || other?.kind !== "number" || other.sign !== domain.sign) return domain;
  // A fraction that moved across 0.8 keeps the baseline's scale: the union of two scales is neither.
  const base: NumberDomain = other;
  if (other.scale !== domain.scale) return base;
  return { ...base, low: Math.min(base.low, domain.low), high: Math.max(base.high, domain.high) };
}

/** `lr`, or with as many names around it as it takes; the line tells the rest apart. */
function labelsOf(sites: readonly LiteralSite[]): readonly string[] {
  const named = (site: LiteralSite, depth: number) =>
    [...site.scope.slice(Math.max(0, site.scope.length - depth)), site.name].filter((name) => name !== "").join(".");
  const taken = [0, 1, 2].map((depth) => Map.groupBy(sites, (site) => named(site, depth)));
  return sites.map((site) => {
    for (let depth = 0; depth <= Math.min(2, site.scope.length); depth++) {
      const label = named(site, depth);
      if (label !== "" && taken[depth]?.get(label)?.length === 1) return label;
    }
    return `${site.path}:${site.line} ${named(site, 0)}`.trim();
  });
}

/** Where an observation stands on a dimension, in [0, 1] (a choice: its index); undefined when its program lacks the literal. */
export function unitOf(dimension: Dimension, observation: Observation): number | undefined {
  const value = observation.values.get(dimension.site.key);
  if (value === undefined) return undefined;
  const unit = toUnit(dimension.domain, value);
  return unit < 0 ? undefined : unit;
}

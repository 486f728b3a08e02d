/**
 * Programs of nano-lm as points: how far each tunable literal is from the shipped program's, in widths of its domain. Shared by
 * the fit and by the surrogate, so that both mean the same.
 */
import { readFileSync } from "node:fs";

import type { ProgramFiles } from "../../../src/core/edit.ts";
import { type Domain, toUnit } from "../../../src/propose/literals/domain.ts";
import { domainsOf } from "../../../src/propose/literals/literal-space.ts";
import { findLiterals, type LiteralValue } from "../../../src/syntax/literals.ts";

const PROGRAM = new URL("../../../examples/nano-lm/train.ts", import.meta.url);
export const PATH = "train.ts";

/** The shipped program. */
export const nanoLm: ProgramFiles = { [PATH]: readFileSync(PROGRAM, "utf8") };

interface Axis {
  readonly key: string;
  readonly domain: Domain;
  readonly value: LiteralValue;
}

/** The tunable literals of the shipped program. Numbers on a logarithmic scale may go ten times beyond their domain. */
const axes: readonly Axis[] = (await domainsOf(nanoLm)).map(({ site, domain }) => ({
  key: site.key,
  value: site.value,
  domain:
    domain.kind === "number" && domain.scale === "log"
      ? { ...domain, low: domain.low / 10, high: domain.high * 10, step: 0 }
      : domain,
}));

/** What a point is described by: per number its distance and that squared, per word whether it is this one; then products with the learning rate's. */
export type Features = ReadonlyMap<string, number>;

const STEERING = "train.ts:learningRate:number#0";

/** Where the literals of a program stand; empty for the shipped one. */
export async function featuresOf(files: ProgramFiles): Promise<Features> {
  const { sites } = await findLiterals(PATH, files[PATH] ?? "");
  const values = new Map(sites.map((site) => [site.key, site.value]));
  const moved = new Map<string, number>();
  for (const { key, domain, value } of axes) {
    const now = values.get(key);
    if (now === undefined || now === value) continue;
    if (domain.kind === "choice") moved.set(`${key}=${String(now)}`, 1);
    else moved.set(key, toUnit(domain, now) - toUnit(domain, value));
  }
  const rate = moved.get(STEERING) ?? 0;
  const features = new Map<string, number>();
  for (const [key, distance] of moved) {
    features.set(key, distance);
    if (!key.includes("=")) features.set(`${key}²`, distance ** 2);
    if (key !== STEERING && rate !== 0) features.set(`${key}·rate`, distance * rate);
  }
  return features;
}

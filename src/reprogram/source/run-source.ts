/**
 * From a source's text to a design: the source runs alone in the sandbox, and what it defines comes back as data. Whatever
 * goes wrong with a source is an answer with a reason, never an exception: models write sources, and models err.
 */
import { fileURLToPath } from "node:url";

import { reported } from "../../core/printable.ts";
import { bundleCandidate } from "../../sandbox/deno/bundle.ts";
import type { JobResult, Limits, Sandbox } from "../../sandbox/types.ts";
import { checkDesign, type Checked, type Design } from "../design/design.ts";
import { DEFAULT_LIMITS, excess, type DesignLimits, type Setting } from "../design/limits.ts";

export interface RunSourceOptions {
  /** A tier that runs modules; with spares, a source costs a few milliseconds. */
  readonly sandbox: Sandbox;
  /** What the model is for; decides how large the design is. */
  readonly setting: Setting;
  /** Default `DEFAULT_LIMITS`. */
  readonly limits?: Partial<DesignLimits>;
  readonly signal: AbortSignal;
}

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** The only module that a source may import. */
const PACKAGES = {
  "strop/design": fileURLToPath(new URL(`../design/vocabulary${extension}`, import.meta.url)),
};

const MAX_CHARACTERS = 20_000;
const LONGEST_REASON = 500;

const SANDBOX_LIMITS: Limits = {
  wallSeconds: 5,
  memoryBytes: 512 * 2 ** 20,
  processes: 32,
  outputBytes: 64 * 2 ** 10,
  diskBytes: 2 ** 20,
};

/** Takes what the source exports: `model`, and what `train()` returns. */
const ENTRY = `import * as source from "./source.ts";
export default async () => ({
  model: (await source.model) ?? null,
  train: typeof source.train === "function" ? await source.train() : undefined,
});
`;

/**
 * The design that a source defines.
 * @throws the signal's reason when it is aborted; StropError when strop itself fails.
 */
export async function runSource(text: string, options: RunSourceOptions): Promise<Checked<Design>> {
  options.signal.throwIfAborted();
  const checked = await define(text, options);
  options.signal.throwIfAborted();
  return checked.ok ? checked : { ok: false, reason: reported(checked.reason, LONGEST_REASON) };
}

async function define(text: string, { sandbox, setting, limits, signal }: RunSourceOptions): Promise<Checked<Design>> {
  const bundle = await bundleSource(text);
  if (!bundle.ok) return bundle;
  const job = { source: bundle.design, input: null, blobs: {}, functions: {}, limits: SANDBOX_LIMITS, signal };
  const checked = designOf(await sandbox.module(job).result);
  if (!checked.ok) return checked;
  const reason = excess(checked.design, setting, { ...DEFAULT_LIMITS, ...limits });
  return reason === undefined ? checked : { ok: false, reason };
}

async function bundleSource(text: string): Promise<Checked<string>> {
  if (text.length > MAX_CHARACTERS)
    return { ok: false, reason: `expected at most ${MAX_CHARACTERS} characters, found ${text.length}` };
  const files = { "entry.ts": ENTRY, "source.ts": text };
  const bundle = await bundleCandidate({ entry: "entry.ts", files, packages: PACKAGES });
  return "problem" in bundle ? { ok: false, reason: bundle.problem } : { ok: true, design: bundle.source };
}

function designOf({ exitCode, value, reason }: JobResult): Checked<Design> {
  if (exitCode !== 0 || value === undefined) return { ok: false, reason: reason || "the source returned nothing" };
  const isEmpty = typeof value === "object" && value !== null && "model" in value && value.model === null;
  return isEmpty ? { ok: false, reason: "expected an export named model, found none" } : checkDesign(value);
}

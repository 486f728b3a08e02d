/**
 * What the edit policy has learned in a project: `.strop/policy.safetensors`, with which the project's next run begins. A run keeps a copy of
 * what it began with, so that it can be gone on with exactly, whatever becomes of that file; what it learns is in its journal until it ends.
 */
import { join } from "node:path";

import { messageOf, StropError } from "../../core/errors.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { decodeSafetensors } from "../../nn/index.ts";
import type { Weights } from "../../policy/network.ts";
import { decodeWeights, encodeWeights, shippedWeights } from "../../propose/policy/actor.ts";
import { exportLearned } from "../../propose/policy/policy-proposer.ts";
import { readMadeFile } from "../../workspace/outputs.ts";
import { writeWhole } from "./write-whole.ts";

export interface PolicyFile {
  readonly bytes: Uint8Array;
  readonly weights: Weights;
  /** Where it came from, in its own words. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The edit policy has 177 kB; a file may say something of itself beside it. */
const LARGEST = 2 ** 20;

/** In a `.strop` folder, or in that of a run. */
export const policyFile = (folder: string): string => join(folder, "policy.safetensors");

/**
 * Reads weights that somebody may have made to do harm: no link or pipe is followed, nothing large is read, and every number is finite.
 * Throws StropError `policy.unreadable`, or `nn.bad-checkpoint` or `policy.weights` for what is no edit policy.
 */
export async function readPolicy(file: string): Promise<PolicyFile> {
  const found = await readIfThere(file);
  if (found !== undefined) return found;
  throw unreadable(file, "no such file");
}

/** What this project has learned; throws StropError `policy.none` where that is nothing so far. */
export async function learnedPolicy(stropFolder: string): Promise<PolicyFile> {
  const found = await readIfThere(policyFile(stropFolder));
  if (found !== undefined) return found;
  throw new StropError(
    "policy.none",
    "expected an edit policy that has learned something in this project, found none",
    {
      hint:
        "`strop run --proposer policy` learns while it runs; `strop gym` trains without a task, and `strop policy import FILE` brings in what it wrote. " +
        "Until then a run begins with the weights that strop comes with.",
    },
  );
}

/** The weights of a run: those it began with, else the project's, else those that strop comes with; which it is stays so for this run. */
export async function weightsOfRun(stropFolder: string, runFolder: string): Promise<Weights> {
  const own = await readIfThere(policyFile(runFolder));
  if (own !== undefined) return own.weights;
  const project = await readIfThere(policyFile(stropFolder));
  const weights = project?.weights ?? (await shippedWeights());
  await writeWhole(policyFile(runFolder), project?.bytes ?? encodeWeights(weights, { from: "shipped" }));
  return weights;
}

/** Keeps for the project what a run has learned so far. False when that is nothing. */
export async function keepLearned(
  stropFolder: string,
  { run, folder, trials }: { readonly run: string; readonly folder: string; readonly trials: Iterable<TrialRecord> },
): Promise<boolean> {
  const own = await readIfThere(policyFile(folder));
  if (own === undefined) return false;
  const learned = await exportLearned(trials, own.weights);
  if (learned === undefined) return false;
  const metadata = {
    ...own.metadata,
    learnedIn: [own.metadata["learnedIn"], run].filter(Boolean).join(" ").slice(-500),
  };
  await writeWhole(policyFile(stropFolder), encodeWeights(decodeWeights(learned), metadata));
  return true;
}

async function readIfThere(file: string): Promise<PolicyFile | undefined> {
  const bytes = await readMadeFile(file, LARGEST);
  if (bytes === "vanished") return undefined;
  if (typeof bytes === "string") throw unreadable(file, bytes);
  try {
    return { bytes, weights: decodeWeights(bytes), metadata: decodeSafetensors(bytes).metadata };
  } catch (thrown) {
    if (!(thrown instanceof StropError)) throw thrown;
    throw new StropError(thrown.code, `${file}: ${messageOf(thrown)}`, {
      hint: thrown.hint ?? "Import other weights, or delete the file.",
      cause: thrown,
    });
  }
}

const unreadable = (file: string, found: string): StropError =>
  new StropError("policy.unreadable", `expected weights of the edit policy in ${file}, found ${found}`, {
    hint: "Name a .safetensors file that `strop gym` or `strop policy export` has written.",
  });

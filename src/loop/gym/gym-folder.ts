/**
 * What a training in the gym keeps in its folder: a checkpoint with everything to go on from (parameters, the optimiser's moments, its steps, the
 * number of the update, from which every random draw follows, and the curve so far), the weights, and a picture. Written whole or not at all.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { messageOf, StropError } from "../../core/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../nn/index.ts";
import type { Blinders } from "../../propose/policy/features.ts";
import type { GymState, Progress } from "../../propose/policy/gym/train-policy.ts";
import { readMadeFile } from "../../workspace/outputs.ts";
import { writeWhole } from "../folder/write-whole.ts";

const count = z.int().min(0);
const texts = z.array(z.string()).readonly();

const settingsSchema = z.object({
  seed: z.number(),
  families: texts,
  /** Hash of the weights it began with; `none` for an untrained network. */
  from: z.string(),
  /** The first updates, which imitate; the others learn by reward. */
  imitate: count,
  /** Tasks of an update, and trials of each. */
  tasks: count,
  trials: count,
  /** Features that are covered: names, history, novelty. */
  without: texts,
  discount: z.number(),
  lambda: z.number(),
  /** Folders of live tasks. */
  live: texts,
});

/** What decides the result; a folder is gone on with only by a command that asks for the same. */
export type GymSettings = Readonly<z.output<typeof settingsSchema>>;

export const blindersOf = ({ without }: GymSettings): Blinders => ({
  names: without.includes("names"),
  history: without.includes("history"),
});

export interface CurvePoint extends Progress {
  /** Updates before it. */
  readonly iteration: number;
}

export interface SavedGym {
  readonly settings: GymSettings;
  readonly state: GymState;
  /** On held-out tasks. */
  readonly curve: readonly CurvePoint[];
}

/** 45,000 parameters with two moments each are half a megabyte. */
const LARGEST = 2 ** 24;

export const checkpointFile = (folder: string): string => join(folder, "checkpoint.safetensors");
export const weightsFile = (folder: string): string => join(folder, "edit-policy.safetensors");
export const curveFile = (folder: string): string => join(folder, "learning-curve.svg");
/** Of the live episode that is being played. */
export const liveFolder = (folder: string): string => join(folder, "live");

export async function saveGym(folder: string, { settings, state, curve }: SavedGym): Promise<void> {
  const { iteration, learner } = state;
  const metadata = { gym: JSON.stringify({ settings, iteration, steps: learner.steps, curve }) };
  await writeWhole(checkpointFile(folder), encodeSafetensors({ tensors: learner.values, metadata }));
}

/** Undefined where there is none. Throws StropError `gym.bad-checkpoint` for a file that is something else. */
export async function loadGym(folder: string): Promise<SavedGym | undefined> {
  const file = checkpointFile(folder);
  const bytes = await readMadeFile(file, LARGEST);
  if (bytes === "vanished") return undefined;
  try {
    if (typeof bytes === "string") throw new Error(bytes);
    const { tensors, metadata } = decodeSafetensors(bytes);
    const wrong = Object.entries(tensors).find(([, { data }]) => !Array.from(data, Number).every(isModerate))?.[0];
    if (wrong !== undefined) throw new Error(`numbers in ${wrong} that no training makes`);
    const { settings, iteration, steps, curve } = noted.parse(JSON.parse(metadata["gym"] ?? ""));
    return { settings, curve, state: { iteration, learner: { values: tensors, steps } } };
  } catch (cause) {
    throw new StropError(
      "gym.bad-checkpoint",
      `expected a checkpoint of the gym in ${file}, found: ${messageOf(cause)}`,
      {
        hint: "Begin again with --fresh.",
        cause,
      },
    );
  }
}

/** Not NaN, and no larger than a network can compute with. */
const isModerate = (value: number): boolean => Math.abs(value) <= 1e6;

const noted = z.object({
  settings: settingsSchema,
  iteration: count,
  steps: count,
  curve: z.array(
    z.object({
      iteration: count,
      closed: z.number(),
      area: z.number(),
      decades: z.number(),
      improvementsPerTrial: z.number(),
    }),
  ),
});

/** Throws StropError `gym.other-settings`, with what differs. */
export function requireSame(saved: GymSettings, asked: GymSettings): void {
  const keys = (Object.keys(asked) as (keyof GymSettings)[]).filter(
    (key) => JSON.stringify(saved[key]) !== JSON.stringify(asked[key]),
  );
  const [key] = keys;
  if (key === undefined) return;
  throw new StropError(
    "gym.other-settings",
    `expected to go on with ${key} ${JSON.stringify(saved[key])}, as this folder's training began; found ${JSON.stringify(asked[key])}`,
    { hint: "Ask for the same, or begin again with --fresh, or in another folder with -C." },
  );
}

export async function forgetGym(folder: string): Promise<void> {
  await rm(checkpointFile(folder), { force: true });
  await forgetLive(folder);
}

export const forgetLive = (folder: string): Promise<void> => rm(liveFolder(folder), { recursive: true, force: true });

/** One session of `strop gym`: trains the edit policy in a folder, and can be ended and gone on with at any time. */
import { makeNamedFolder } from "../folder/make-folder.ts";
import { sha256 } from "../../core/candidate.ts";
import { acquireLock } from "../../journal/store/lock.ts";
import { decodeWeights, encodeWeights } from "../../propose/policy/actor.ts";
import { type GymUpdate, trainPolicy } from "../../propose/policy/gym/train-policy.ts";
import { loadTask } from "../../workspace/load-task.ts";
import { lineChartSvg } from "../../report/pictures/line-chart.ts";
import { writeWhole } from "../folder/write-whole.ts";
import { familiesNamed } from "./families.ts";
import {
  blindersOf,
  curveFile,
  type CurvePoint,
  forgetGym,
  forgetLive,
  type GymSettings,
  loadGym,
  requireSame,
  saveGym,
  weightsFile,
} from "./gym-folder.ts";
import { liveEpisodes } from "./live-episodes.ts";

export interface RunGymOptions {
  readonly settings: Omit<GymSettings, "from">;
  /** Updates in all. */
  readonly iterations: number;
  /** A .safetensors file's content; undefined for an untrained network. */
  readonly from: Uint8Array | undefined;
  /** Begin again even if there is something to go on with. */
  readonly fresh: boolean;
  /** Abort to end after the update that is under way. */
  readonly signal: AbortSignal;
  /** Told of updates made before this session, then of every update; of update 0 too. */
  readonly onOpened?: (made: number) => void;
  readonly onUpdate?: (update: GymUpdate) => void;
  /** Within an update: the share of the trials that are played on so many tasks. */
  readonly onPlayed?: (tasks: number, share: number) => void;
}

export interface GymResult {
  readonly settings: GymSettings;
  readonly iteration: number;
  readonly curve: readonly CurvePoint[];
  /** Where the weights and the picture of the learning curve are. */
  readonly weights: string;
  readonly figure: string;
}

/**
 * Everything is in the folder after each update. Throws StropError `gym.other-settings`, `gym.bad-checkpoint`,
 * `gym.unknown-family`, `journal.locked`, and `nn.bad-checkpoint` or `policy.weights` for weights that do not fit.
 */
export async function runGym(folder: string, options: RunGymOptions): Promise<GymResult> {
  const { iterations, from, fresh, signal } = options;
  const settings: GymSettings = { ...options.settings, from: from === undefined ? "none" : sha256(from).slice(0, 16) };
  const families = await familiesNamed(settings.families);
  const begin = from && decodeWeights(from);
  // One that cannot be read is told of before anything is trained.
  for (const task of settings.live) await loadTask(task);
  makeNamedFolder(folder);
  const lock = acquireLock(folder);
  try {
    if (fresh) await forgetGym(folder);
    const saved = await loadGym(folder);
    if (saved !== undefined) requireSame(saved.settings, settings);
    options.onOpened?.(saved?.state.iteration ?? 0);
    let curve: readonly CurvePoint[] = saved?.curve ?? [];
    let made = saved?.state.iteration ?? 0;
    await trainPolicy({
      ...settings,
      families,
      iterations,
      imitations: settings.imitate,
      signal,
      onPlayed: options.onPlayed,
      ...(begin && { weights: begin }),
      ...(saved && { resume: saved.state }),
      blinders: blindersOf(settings),
      ...(settings.without.includes("novelty") && { novelty: 0 }),
      ...(settings.live.length > 0 && { more: liveEpisodes(folder, settings, signal) }),
      async onUpdate(update) {
        const { state, heldOut } = update;
        made = state.iteration;
        if (heldOut !== undefined) {
          curve = [...curve.filter(({ iteration }) => iteration < made), { iteration: made, ...heldOut }];
          await writeWhole(curveFile(folder), picture(curve));
        }
        await writeWhole(weightsFile(folder), encodeWeights(update.weights, noted(settings, made)));
        await saveGym(folder, { settings, state, curve });
        await forgetLive(folder);
        options.onUpdate?.(update);
      },
    });
    return { settings, iteration: made, curve, weights: weightsFile(folder), figure: curveFile(folder) };
  } finally {
    lock.release();
  }
}

const noted = ({ seed, from, families, imitate }: GymSettings, updates: number): Readonly<Record<string, string>> => ({
  updates: String(updates),
  imitated: String(Math.min(imitate, updates)),
  seed: String(seed),
  from,
  families: families.join(" "),
});

const picture = (curve: readonly CurvePoint[]): string =>
  lineChartSvg({
    title: "The edit policy on tasks that it never trains on",
    x: "updates",
    y: "share of the gap that is closed",
    isShare: true,
    lines: [
      { label: "after the last trial", points: curve.map(({ iteration, closed }) => [iteration, closed]) },
      { label: "mean over trials", points: curve.map(({ iteration, area }) => [iteration, area]) },
    ],
  });

/** `strop gym`: gives the edit policy experience on many small tasks before its first run (docs/policy.md). */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { LONGEST_TIMER_MS } from "../../core/timer.ts";
import { refuseInEnvironment } from "../../loop/folder/beside-the-run.ts";
import { makeStropFolder } from "../../loop/folder/claim-folder.ts";
import { familyNames } from "../../loop/gym/families.ts";
import type { CurvePoint } from "../../loop/gym/gym-folder.ts";
import { type GymResult, runGym } from "../../loop/gym/run-gym.ts";
import { policyFile, readPolicy } from "../../loop/folder/project-policy.ts";
import { writeWhole } from "../../loop/folder/write-whole.ts";
import { encodeWeights, shippedWeights } from "../../propose/policy/actor.ts";
import { holdsTask } from "../../workspace/load-task.ts";
import { commandName } from "../command-name.ts";
import { EXIT } from "../exit-code.ts";
import { gymProgress } from "../screen/gym-progress.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { place } from "../place.ts";
import { goesOn, quoted, stepLines } from "../same-command.ts";
import { bold, dim, sparkline } from "../screen/style.ts";

export interface GymCommandOptions {
  /** Default: in .strop, where a task's run minds no new file. */
  readonly folder?: string;
  readonly seed?: number;
  /** Updates in all. */
  readonly iterations: number;
  /** The first of them that imitate; default: IMITATIONS for an untrained network, else 0. */
  readonly imitate?: number;
  /** Of an update. */
  readonly tasks: number;
  /** Of a task. */
  readonly trials: number;
  readonly families?: readonly string[];
  /** Features or pay that are left out. */
  readonly without?: readonly string[];
  /** A file, `shipped` or `none`. */
  readonly from: string;
  readonly out?: string;
  /** Milliseconds. */
  readonly for?: number;
  readonly live?: readonly string[];
  readonly fresh?: boolean;
  readonly json?: boolean;
}

export async function gymCommand(options: GymCommandOptions): Promise<number> {
  const { seed = 1, iterations, from, for: sessionMs = Number.POSITIVE_INFINITY } = options;
  if (options.out !== undefined && (await holdsTask("."))) refuseInEnvironment(resolve("."), "--out", options.out);
  const folder =
    options.folder === undefined ? join(await makeStropFolder(resolve(".")), "gym") : resolve(options.folder);
  const interrupt = listenForInterrupt();
  const limit = AbortSignal.timeout(Math.min(sessionMs, LONGEST_TIMER_MS));
  const progress = gymProgress({ out: process.stderr, iterations, sessionMs, now: () => performance.now() });
  try {
    const result = await runGym(folder, {
      settings: {
        seed,
        imitate: options.imitate ?? (from === "none" ? IMITATIONS : 0),
        families: options.families ?? familyNames,
        tasks: options.tasks,
        trials: options.trials,
        without: options.without ?? [],
        discount: DISCOUNT,
        lambda: DISCOUNT,
        live: (options.live ?? []).map((task) => resolve(task)),
      },
      iterations,
      from: await weightsNamed(from),
      fresh: options.fresh === true,
      signal: AbortSignal.any([interrupt.signal, limit]),
      onOpened: progress.opened,
      onUpdate: progress.updated,
      onPlayed: progress.played,
    });
    progress.stop();
    if (options.out !== undefined) await writeWhole(resolve(options.out), await readFile(result.weights));
    process.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : closing(result, options));
    return interrupt.signal.aborted ? EXIT.interrupted : EXIT.done;
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

/** γ and λ: what an edit brings, it brings at once. */
const DISCOUNT = 0.8;

/** From nothing, PPO alone takes many times as long to come as far. */
const IMITATIONS = 100;

async function weightsNamed(from: string): Promise<Uint8Array | undefined> {
  if (from === "none") return undefined;
  return from === "shipped" ? encodeWeights(await shippedWeights()) : (await readPolicy(from)).bytes;
}

function closing({ iteration, curve, weights, figure }: GymResult, options: GymCommandOptions): string {
  const at = quoted(place(options.out ?? weights));
  const [first, last] = [curve[0], curve.at(-1)];
  const shares = (of: (point: CurvePoint) => number) =>
    [...new Set([curve[0], curve.at(-1)])].map((point) => point && `${(100 * of(point)).toFixed(1)} %`).join(" → ");
  const isDone = iteration >= options.iterations;
  return [
    "",
    dim(`${iteration} of ${options.iterations} updates`),
    ...(first === undefined || last === undefined
      ? []
      : [
          `${bold("gap closed on held-out tasks")}  ${shares(({ closed }) => closed)}   ` +
            `${bold("mean over trials")}  ${shares(({ area }) => area)}   ${sparkline(curve.map(({ area }) => area))}`,
          dim(
            curve.length === 1
              ? `measured before update ${first.iteration + 1} only: more updates are needed to see a change`
              : `on the same 100 tasks before and after ${last.iteration - first.iteration} updates, played once each: small differences are noise`,
          ),
        ]),
    "",
    `${dim("weights")} ${at}`,
    `${dim("curve  ")} ${quoted(place(figure))}`,
    "",
    ...stepLines([
      ...(isDone ? [] : [goesOn()]),
      [
        // To be run elsewhere, so by its whole path.
        `${commandName()} policy import ${quoted(resolve(options.out ?? weights))}`,
        `in a task's folder: its next run begins with it (${policyFile(".strop")})`,
      ],
      [`${commandName()} run --proposer policy`, "such a run"],
    ]),
    "",
  ].join("\n");
}

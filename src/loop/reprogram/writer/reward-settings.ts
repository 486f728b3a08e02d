/** How the code model learns from what its sources earned (`--learn ppo`), as part of a run's settings. */
import { StropError } from "../../../core/errors.ts";

export type Learn = "supervised" | "ppo";

export interface RewardSettings {
  /** Sources that are written, measured and learned from at a time; divides the candidates of an iteration. */
  readonly round: number;
  /** r and α of the adapters (autoresearch-rl §7.3). */
  readonly rank: number;
  readonly alpha: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly epochs: number;
  /** Nats per decision. */
  readonly maxKl: number;
}

/** A run has a handful of updates of a handful of texts: larger steps than a long training's (bench/reprogram/rewards.ts), held by the guard on the KL. */
const PPO = { rank: 32, alpha: 64, learningRate: 1e-3, warmupSteps: 4, epochs: 6, maxKl: 0.05 } as const;

/** Sources of a round, where the candidates of an iteration are several times as many. */
const ROUND = 4;

/** Undefined when nothing is learned from rewards. Throws StropError `config.invalid` where no code model writes. */
export function rewardSettings({
  learn = "supervised",
  arm,
  candidates,
}: {
  readonly learn?: Learn | undefined;
  readonly arm: string;
  readonly candidates: number;
}): RewardSettings | undefined {
  if (learn === "supervised") return undefined;
  if (arm !== "model")
    throw new StropError("config.invalid", `--learn ppo: expected --arm model, found --arm ${arm}`, {
      hint: "only what the code model writes can teach it",
    });
  return { ...PPO, round: candidates % ROUND === 0 ? ROUND : candidates };
}

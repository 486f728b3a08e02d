/** Generalised advantage estimation (Schulman et al. 2016; autoresearch-rl eq. 3), by one pass from the end. */

export interface Trajectory {
  /** r_t of consecutive decisions. */
  readonly rewards: readonly number[];
  /** V(s_t), as many as rewards. */
  readonly values: readonly number[];
  /** V of the state after the last reward: 0 when the episode ended there. */
  readonly last: number;
}

export interface GaeOptions {
  /** γ in [0, 1]; default 0.95. */
  readonly discount?: number;
  /** λ in [0, 1]: 0 trusts the critic, 1 the rewards; default 0.95. */
  readonly lambda?: number;
}

export interface Advantages {
  /** Â_t = Σ_l (γλ)^l·δ_{t+l}, δ_t = r_t + γ·V(s_{t+1}) − V(s_t), the sum ending with the trajectory. */
  readonly advantages: readonly number[];
  /** What the critic should have said: Â_t + V(s_t). */
  readonly targets: readonly number[];
}

/** Advantages and value targets of one trajectory. */
export function estimateAdvantages(
  { rewards, values, last }: Trajectory,
  { discount = 0.95, lambda = 0.95 }: GaeOptions = {},
): Advantages {
  const advantages: number[] = Array.from({ length: rewards.length }, () => 0);
  let carried = 0;
  let next = last;
  for (let t = rewards.length - 1; t >= 0; t--) {
    const value = values[t] as number;
    carried = (rewards[t] as number) + discount * next - value + discount * lambda * carried;
    advantages[t] = carried;
    next = value;
  }
  return { advantages, targets: advantages.map((one, t) => one + (values[t] as number)) };
}

/** To mean 0 and deviation 1; all 0 when they do not differ. */
export function normalized(values: readonly number[]): number[] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  return values.map((x) => (deviation > 1e-12 ? (x - mean) / deviation : 0));
}

/** Learning rates as pure functions of the step (1, 2, …), to be fed to `Trainer.step`. */

/** The learning rate at a step. */
export type Schedule = (step: number) => number;

export interface ScheduleOptions {
  /** Reached at the end of the warm-up. */
  readonly peak: number;
  /** Steps of linear growth from peak / warmupSteps; default 0. */
  readonly warmupSteps?: number;
}

export interface DecayOptions extends ScheduleOptions {
  /** The step at which `final` is reached, and kept from then on. */
  readonly totalSteps: number;
  /** Default 0. */
  readonly final?: number;
}

/** The peak for ever. */
export const constantRate = (options: ScheduleOptions): Schedule => warmedUp(options, () => options.peak);

/** Falls on a straight line from the peak. */
export const linearDecay = (options: DecayOptions): Schedule => decay(options, (progress) => 1 - progress);

/** Falls on half a cosine from the peak (Loshchilov & Hutter 2017, without restarts). */
export const cosineDecay = (options: DecayOptions): Schedule =>
  decay(options, (progress) => (1 + Math.cos(Math.PI * progress)) / 2);

/** Falls with 1 / √step, peak at the end of the warm-up (Vaswani et al. 2017). */
export const inverseRoot = (options: ScheduleOptions): Schedule => {
  const start = Math.max(1, options.warmupSteps ?? 0);
  return warmedUp(options, (step) => options.peak * Math.sqrt(start / step));
};

/** `shape` maps progress after the warm-up, 0 to 1, to a share of the way from `final` to `peak`. */
function decay(options: DecayOptions, shape: (progress: number) => number): Schedule {
  const { peak, totalSteps, final = 0, warmupSteps = 0 } = options;
  return warmedUp(options, (step) => {
    const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
    return final + (peak - final) * shape(progress);
  });
}

const warmedUp =
  ({ peak, warmupSteps = 0 }: ScheduleOptions, after: Schedule): Schedule =>
  (step) =>
    step < warmupSteps ? (peak * step) / warmupSteps : after(step);

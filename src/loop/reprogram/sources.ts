/** From a source to its design within a run's limits, in the sandbox. */
import { StropError } from "../../core/errors.ts";
import { runSource } from "../../reprogram/source/run-source.ts";
import type { Checked, Design } from "../../reprogram/design/design.ts";
import type { DesignLimits, Setting } from "../../reprogram/design/limits.ts";
import type { Sandbox } from "../../sandbox/types.ts";

export interface Sources {
  readonly sandbox: Sandbox;
  /** What a source is for. */
  readonly setting: Setting;
  readonly limits: Partial<DesignLimits>;
}

/** The design, or why there is none. Rejects with the signal's reason when aborted. */
export const designOf = (source: string, options: Sources, signal: AbortSignal): Promise<Checked<Design>> =>
  runSource(source, { ...options, signal });

/** The design of a source that has scored. Throws StropError `reprogram.unstable` when it defines none this time. */
export async function requireDesign(source: string, options: Sources, signal: AbortSignal): Promise<Design> {
  const checked = await designOf(source, options, signal);
  if (checked.ok) return checked.design;
  throw new StropError("reprogram.unstable", `expected the winning source to run again, found: ${checked.reason}`, {
    hint: "a source that runs only at times is no use; begin another run with --fresh and another --seed",
  });
}

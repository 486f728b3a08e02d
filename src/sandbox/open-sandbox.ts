/**
 * The door of this room: chooses a tier, probes it, and opens it. No tier, no run: what cannot be confined is refused
 * with the reason and the remedy, unless the user consented to run it unconfined.
 */
import { StropError } from "../core/errors.ts";
import { type CreateOptions, createSandbox, findTools } from "./create-sandbox.ts";
import { probeTier, type TierReport } from "./probe-tiers.ts";
import type { Sandbox, Tier } from "./types.ts";

export interface OpenOptions extends CreateOptions {
  /** Default `auto`: the strongest tier of this machine that can run what is needed. */
  readonly tier?: Tier | "auto";
  /** The kinds of job that will be run; `auto` passes over tiers that refuse one of them. */
  readonly needs?: readonly ("command" | "module")[];
  /** The user's explicit consent to run commands unconfined, if nothing better is there. */
  readonly allowUnsafe?: boolean;
}

/** Throws StropError `sandbox.unavailable` when no tier fits, `sandbox.unsafe` when `none` lacks consent. */
export async function openSandbox(options: OpenOptions = {}): Promise<Sandbox> {
  const { tier = "auto", needs = [], allowUnsafe = false } = options;
  if (tier === "none" && !allowUnsafe) {
    throw new StropError("sandbox.unsafe", "tier none runs programs with all of your rights", {
      hint: "Choose another tier, or consent with --unsafe-no-sandbox.",
    });
  }
  const tools = await findTools();
  const failed: TierReport[] = [];
  for (const candidate of tier === "auto" ? tiersFor(needs) : [tier]) {
    const report = await probeTier(candidate, tools);
    if (report.isAvailable) return createSandbox(candidate, tools, options);
    failed.push(report);
  }
  if (tier === "auto" && allowUnsafe) return createSandbox("none", tools, options);
  throw new StropError("sandbox.unavailable", describeFailure(failed), {
    hint: failed[0]?.hint ?? "Run strop doctor.",
  });
}

/** Strongest first. */
function tiersFor(needs: readonly ("command" | "module")[]): Tier[] {
  if (needs.includes("command"))
    return needs.includes("module") ? ["bubblewrap+deno"] : ["bubblewrap+deno", "bubblewrap"];
  return needs.includes("module") ? ["bubblewrap+deno", "deno"] : ["bubblewrap+deno", "deno", "bubblewrap"];
}

const describeFailure = (failed: readonly TierReport[]): string =>
  `expected a sandbox, found none that works here: ${failed.map(({ tier, reason }) => `${tier}: ${reason}`).join("; ")}`;

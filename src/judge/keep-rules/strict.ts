/**
 * Keep what scores strictly better; at an equal score, keep what needs less code (the simplicity rule). Right for
 * deterministic tasks: it does not ask whether a gain is larger than the noise.
 */
import { shortNumber } from "../../core/figures.ts";
import { gain } from "../../core/metric.ts";
import { tokenCount } from "../../core/token-count.ts";
import type { KeepRule } from "../keep-rule.ts";

/** Strictly better, or as good with fewer tokens of code; never repeats a run. */
export const strictRule: KeepRule = {
  name: "strict",
  needsNoise: false,
  decide({ direction, candidate, champion }) {
    if (champion === null) return { decision: "keep", reason: "the first score there is" };
    const gained = gain(direction, candidate.score, champion.score);
    const comparison = `${shortNumber(candidate.score)} against ${shortNumber(champion.score)}`;
    if (gained > 0) return { decision: "keep", reason: `better: ${comparison}` };
    // Not `gained < 0`: whatever cannot be compared is no improvement.
    if (gained !== 0) return { decision: "discard", reason: `worse: ${comparison}` };
    const saved = tokenCount(champion.files) - tokenCount(candidate.files);
    if (saved > 0) return { decision: "keep", reason: `equal score with ${saved} fewer tokens of code` };
    return { decision: "discard", reason: `no better: ${comparison}` };
  },
};

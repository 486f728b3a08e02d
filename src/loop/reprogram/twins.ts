/** A source that was measured before in the same run: how that is said, and recognised. */
import type { Outcome } from "../../core/trial.ts";
import { failure } from "../../executor/outcome.ts";

const SAME = "the same source as trial ";

export const twinOf = (trial: number): Outcome => failure("invalid", `${SAME}${trial}`);

/** The trial that a source repeats; undefined for one that was new. */
export const repeatedTrial = ({ status, reason }: Pick<Outcome, "status" | "reason">): number | undefined =>
  status === "invalid" && reason.startsWith(SAME) ? Number(reason.slice(SAME.length)) : undefined;

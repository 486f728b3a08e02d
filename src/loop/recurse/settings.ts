/** What a recursion is (STOP Alg. 1): everything that its numbers depend on. Kept in the journal with the run. */
import type { JsonObject } from "../../core/json.ts";
import { DEFAULT_BUDGET, type ImproverBudget } from "../../improve/types.ts";

export interface RecursionSettings {
  /** Downstream tasks by name and options (downstream/). */
  readonly tasks: readonly { readonly name: string; readonly options: JsonObject }[];
  /** |D| = copies × tasks (§5.1: five identical copies, because model and improver are random). */
  readonly copies: number;
  /** T: rounds of self-improvement. */
  readonly rounds: number;
  readonly seed: number;
  /** For an improver at work on a downstream task. */
  readonly downstream: ImproverBudget;
  /** For an improver at work on an improver; each utility call costs copies × tasks downstream runs. */
  readonly meta: ImproverBudget;
  /** `always`: I_t is whatever I_{t−1} returned, as in the paper. `better`: only if its meta-utility is higher. */
  readonly keep: "always" | "better";
  /** λ of the recursive objective u^λ (App. A.3); null for the meta-utility itself. */
  readonly lambda: number | null;
  /** Improvers in the archive from which the next one to work is drawn by its utility (§7); null for the newest alone. */
  readonly population: number | null;
  /** Control: improvers are evaluated, none is replaced. The seed goes on proposing from itself, at equal budget. */
  readonly frozen: boolean;
  /** Whether the solutions of every round are scored on test instances too. Never shown to an improver. */
  readonly test: boolean;
  /** Models that answer; each call goes to one of them in turn. */
  readonly models: readonly string[];
}

/** The paper's budgets and copies (§5.1) on parity with noise, with the model that needs no key. */
export const DEFAULT_RECURSION: RecursionSettings = Object.freeze({
  tasks: [{ name: "parity-noise", options: {} }],
  copies: 5,
  rounds: 4,
  seed: 0,
  downstream: DEFAULT_BUDGET,
  meta: DEFAULT_BUDGET,
  keep: "always",
  lambda: null,
  population: null,
  frozen: false,
  test: true,
  models: ["builtin"],
});

/** Of all rounds; most, because an improver need not use its budget. */
export const mostDownstreamRuns = ({ copies, tasks, rounds, meta }: RecursionSettings): number =>
  copies * tasks.length * (rounds + 1 + rounds * meta.utilityCalls);

/** Of every task, for the champion and as many for the first improver, when the last round is measured; 0 without test instances. */
export const copiesAgain = ({ copies, test }: RecursionSettings): number => (test ? 4 * copies : 0);

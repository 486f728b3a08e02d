/** Whom the shipped weights were taught to imitate (src/propose/policy/gym/expert.ts), on real programs: what was learned besides is what the policy has over it. */
import { attemptAction } from "../../src/propose/policy/attempt-action.ts";
import { chooseAction } from "../../src/propose/policy/choose.ts";
import { expertPolicy } from "../../src/propose/policy/gym/expert.ts";
import { readBoard } from "../../src/propose/policy/read-board.ts";
import { knownCandidates } from "../../src/propose/literals/literal-proposal.ts";
import type { Proposer } from "../../src/propose/types.ts";

/** The bench's expert arm. */
export const expert = (): Proposer => ({
  name: "expert",
  async propose(context, signal) {
    const board = await readBoard(context, []);
    const known = knownCandidates(context);
    const logPi = [...expertPolicy(board)].map((p) => (p > 0 ? Math.log(p) : -1e9));
    const choice = await chooseAction(logPi, context.random, (action) =>
      attemptAction(action, { board, context, known, signal }),
    );
    return choice === null ? null : choice.result;
  },
});

/**
 * A bandit over solutions (STOP §6.1, Fig. A.13): the upper confidence bound of its mean utility says which solution is
 * bettered next and, at the end, which is measured again. Made for utilities that are noisy.
 */
import { type LanguageModel, type Utility, extractCode } from "strop/improver";

const EXPERTISE = "You design algorithms for a living, and you only believe in a change that has been measured.";

const request = (code: string, description: string): string => `This program can be made better:

\`\`\`typescript
${code}
\`\`\`

How good it is, is computed like this; more is better:

\`\`\`typescript
${description}
\`\`\`

Think of a change that is original and goes beyond tidying up. Say in a sentence or two what it is, then write the whole
program with it, with the same exports, in one code block.`;

interface Arm {
  readonly code: string;
  readonly scores: number[];
}

const mean = ({ scores }: Arm): number => scores.reduce((sum, score) => sum + score, 0) / scores.length;

/** Standard deviation of measuring the same thing again; 0 for a utility that is exact. */
function noise(arms: readonly Arm[]): number {
  const squares = arms.flatMap((arm) => arm.scores.map((score) => (score - mean(arm)) ** 2));
  const repeats = squares.length - arms.length;
  return repeats === 0 ? 0 : Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / repeats);
}

function highestBound(arms: readonly Arm[]): Arm {
  const total = arms.reduce((sum, { scores }) => sum + scores.length, 0);
  const width = noise(arms) * Math.sqrt(2 * Math.log(total));
  const bound = (arm: Arm): number => mean(arm) + width / Math.sqrt(arm.scores.length);
  return arms.reduce((a, b) => (bound(b) > bound(a) ? b : a));
}

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  // Twice, to learn how noisy the utility is.
  const arms: Arm[] = [{ code: solution, scores: [await measure(solution), await measure(solution)] }];
  while (languageModel.budget > 0 && utility.budget > 0) {
    // A share of the evaluations is left for the end.
    const share = Math.ceil(utility.budget / (languageModel.budget + 1));
    const copies = Math.min(languageModel.maxResponsesPerCall, share);
    const parent = highestBound(arms);
    const messages = Array.from({ length: copies }, () => request(parent.code, utility.description));
    for (const code of await ask(messages, 0.8)) {
      const score = await measure(code);
      const known = arms.find((arm) => arm.code === code);
      if (known === undefined) arms.push({ code, scores: [score] });
      else known.scores.push(score);
    }
  }
  while (utility.budget > 0 && noise(arms) > 0) {
    const arm = highestBound(arms);
    arm.scores.push(await measure(arm.code));
  }
  return arms.reduce((a, b) => (mean(b) > mean(a) ? b : a)).code;
}

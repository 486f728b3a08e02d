/**
 * A bandit over sampling temperatures (STOP §6.1, Fig. A.16): each call pulls the arm with the highest upper confidence
 * bound (UCB1); the reward is the mean utility of the answers.
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
  readonly temperature: number;
  pulls: number;
  reward: number;
}

const bound = (arm: Arm, pulls: number): number =>
  arm.pulls === 0 ? Number.POSITIVE_INFINITY : arm.reward / arm.pulls + Math.sqrt((2 * Math.log(pulls)) / arm.pulls);

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  const copies = (text: string): string[] =>
    Array.from({ length: Math.min(languageModel.maxResponsesPerCall, utility.budget) }, () => text);
  const arms: Arm[] = [0.7, 1.1, 0.3].map((temperature) => ({ temperature, pulls: 0, reward: 0 }));
  let best = { code: solution, score: await measure(solution) };
  for (let pulls = 0; languageModel.budget > 0 && utility.budget > 0; pulls++) {
    const arm = arms.reduce((a, b) => (bound(b, pulls) > bound(a, pulls) ? b : a));
    const messages = copies(request(best.code, utility.description));
    let sum = 0;
    for (const code of await ask(messages, arm.temperature)) {
      const score = await measure(code);
      sum += score;
      if (score > best.score) best = { code, score };
    }
    arm.pulls += 1;
    // An answer without a program counts as one that scores 0.
    arm.reward += sum / messages.length;
  }
  return best.code;
}

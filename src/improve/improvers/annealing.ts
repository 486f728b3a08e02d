/**
 * Simulated annealing (STOP §6.1, Fig. A.15): a worse program may become the next starting point, the less likely the
 * worse it is and the later it comes. The best one is kept aside.
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

/** A loss in utility that is accepted with probability 1/e at the start. */
const INITIAL_HEAT = 0.1;
const COOLING = 0.5;

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  const copies = (text: string): string[] =>
    Array.from({ length: Math.min(languageModel.maxResponsesPerCall, utility.budget) }, () => text);
  let current = { code: solution, score: await measure(solution) };
  let best = current;
  for (let heat = INITIAL_HEAT; languageModel.budget > 0 && utility.budget > 0; heat *= COOLING) {
    const message = request(current.code, utility.description);
    for (const code of await ask(copies(message), 0.4 + 6 * heat)) {
      const score = await measure(code);
      if (Math.random() < Math.exp((score - current.score) / heat)) current = { code, score };
      if (score > best.score) best = { code, score };
    }
  }
  return best.code;
}

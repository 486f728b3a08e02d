/** Greedy iteration (STOP §5.1): as many answers as allowed, keep the best, start again from it until a budget is used up. */
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

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  const copies = (text: string): string[] =>
    Array.from({ length: Math.min(languageModel.maxResponsesPerCall, utility.budget) }, () => text);
  let best = { code: solution, score: await measure(solution) };
  while (languageModel.budget > 0 && utility.budget > 0) {
    for (const code of await ask(copies(request(best.code, utility.description)), 0.7)) {
      const score = await measure(code);
      if (score > best.score) best = { code, score };
    }
  }
  return best.code;
}

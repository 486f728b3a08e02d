/**
 * The seed (STOP Fig. 2): one call for as many answers as it may have, and the best of them, if it is better than what
 * was given.
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

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  let best = { code: solution, score: await measure(solution) };
  const copies = Math.min(languageModel.maxResponsesPerCall, utility.budget);
  if (languageModel.budget === 0 || copies === 0) return solution;
  const messages = Array.from({ length: copies }, () => request(solution, utility.description));
  const answers = await languageModel.batchPrompt(EXPERTISE, messages, { temperature: 0.7 }).catch(() => []);
  for (const code of extractCode(answers)) {
    const score = await measure(code);
    if (score > best.score) best = { code, score };
  }
  return best.code;
}

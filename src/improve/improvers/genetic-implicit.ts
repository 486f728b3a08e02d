/**
 * A genetic algorithm with implicit fitness (STOP Fig. A.8): the model alone decides what of two parents lives on. The
 * utility has no say in that; it only remembers the best program that was born.
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

const cross = (code: string, mate: string, description: string): string => `${request(code, description)}

Here is a second program for the same purpose. Judge for yourself which parts of either deserve to live on, and drop the rest:

\`\`\`typescript
${mate}
\`\`\``;

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  let best = { code: solution, score: await measure(solution) };
  let population = [solution];
  const any = (): string => population[Math.floor(Math.random() * population.length)] ?? solution;
  const birth = (): string => {
    const [mother, father] = [any(), any()];
    return mother === father ? request(mother, utility.description) : cross(mother, father, utility.description);
  };
  while (languageModel.budget > 0 && utility.budget > 0) {
    const messages = Array.from({ length: Math.min(languageModel.maxResponsesPerCall, utility.budget) }, birth);
    const children = [...new Set(await ask(messages, 0.8))];
    if (children.length > 0) population = children;
    for (const code of children) {
      const score = await measure(code);
      if (score > best.score) best = { code, score };
    }
  }
  return best.code;
}

/**
 * Chain of thought (STOP §5.1): a single answer, reasoned out step by step and returned as it is. It measures nothing, so
 * it promises nothing.
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
  if (languageModel.budget === 0) return solution;
  const message = `${request(solution, utility.description)} Before you write it, reason step by step: what the program
does, where it loses, which remedies there are, and which of them is best.`;
  const answers = await languageModel.batchPrompt(EXPERTISE, [message], { temperature: 0.7 }).catch(() => []);
  return extractCode(answers)[0] ?? solution;
}

/**
 * Hints (STOP Fig. A.17): every message of a call points in another direction, so that six answers are not six times the
 * same thought.
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

const HINTS = [
  "Look at the innermost loop: what is computed again and again?",
  "Choose the data structure that makes the most frequent operation cheap.",
  "Which known algorithm solves exactly this problem?",
  "Search with restarts or random moves, and keep the best that was seen.",
  "What do all inputs have in common that the program does not use yet?",
  "Put two different methods side by side and return the better result.",
  "Question every constant: choose it by reasoning, or let it adapt.",
  "Forget the present approach and begin with a formula.",
];

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  let best = { code: solution, score: await measure(solution) };
  let next = 0;
  while (languageModel.budget > 0 && utility.budget > 0) {
    const text = request(best.code, utility.description);
    const copies = Math.min(languageModel.maxResponsesPerCall, utility.budget);
    const messages = Array.from({ length: copies }, () => `${text}\n\nA hint: ${HINTS[next++ % HINTS.length]}`);
    for (const code of await ask(messages, 0.7)) {
      const score = await measure(code);
      if (score > best.score) best = { code, score };
    }
  }
  return best.code;
}

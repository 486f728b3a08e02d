/**
 * Decomposition (STOP §6.1, Fig. A.12): the functions of a program are bettered one at a time, each in its place, so that
 * a good part is kept whatever became of the others.
 */
import { type LanguageModel, type Utility, extractCode } from "strop/improver";

const EXPERTISE = "You design algorithms for a living, and you only believe in a change that has been measured.";

/** Top-level functions, each on one line or up to a brace at the start of a line. */
const FUNCTION = /^(?:export )?(?:default )?(?:async )?function\b(?:.*\}$|[^]*?^\})/gm;

const request = (part: string, code: string, description: string): string => `Make this part of a program better:

\`\`\`typescript
${part}
\`\`\`

It belongs to this program, of which nothing else changes:

\`\`\`typescript
${code}
\`\`\`

How good the program is, is computed like this; more is better:

\`\`\`typescript
${description}
\`\`\`

Think of a change that is original and goes beyond tidying up. Then write the part anew, with the same name and the same
parameters, in one code block, and nothing of the rest.`;

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  let best = { code: solution, score: await measure(solution) };
  while (languageModel.budget > 0 && utility.budget > 0) {
    const { code } = best;
    const parts = code.match(FUNCTION) ?? [code];
    const copies = Math.min(languageModel.maxResponsesPerCall, utility.budget);
    const turns = Array.from({ length: copies }, (_, i) => parts[i % parts.length] as string);
    const messages = turns.map((part) => request(part, code, utility.description));
    const answers = await languageModel.batchPrompt(EXPERTISE, messages, { temperature: 0.7 }).catch(() => []);
    for (const [i, part] of turns.entries()) {
      const [anew] = extractCode([answers[i] ?? ""]);
      // A part that an earlier answer has bettered is no longer there to be replaced.
      if (anew === undefined || !best.code.includes(part)) continue;
      const whole = best.code.replace(part, () => anew);
      const score = await measure(whole);
      if (score > best.score) best = { code: whole, score };
    }
  }
  return best.code;
}

/**
 * Local search (STOP Fig. A.14): one call of the model, then the rest of the utility's budget goes to small steps without
 * it. Where the paper's program swaps brackets, this one moves one number at a time, which leaves the program whole.
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

const NUMBER = /(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g;
const STEPS: readonly ((value: number) => number)[] = [(x) => x * 2, (x) => x / 2, (x) => x + 1, (x) => x - 1];

/** Every program in which one number has made one step, in random order. */
function neighbours(code: string): string[] {
  const steps = [...code.matchAll(NUMBER)].flatMap(({ 0: digits, index }) =>
    STEPS.map((step) => {
      const moved = Number(step(Number(digits)).toPrecision(6));
      return { order: Math.random(), text: `${code.slice(0, index)}${moved}${code.slice(index + digits.length)}` };
    }),
  );
  return steps.sort((a, b) => a.order - b.order).map(({ text }) => text);
}

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  const copies = (text: string): string[] =>
    Array.from({ length: Math.min(languageModel.maxResponsesPerCall, utility.budget) }, () => text);
  let best = { code: solution, score: await measure(solution) };
  if (languageModel.budget > 0 && utility.budget > 0) {
    for (const code of await ask(copies(request(solution, utility.description)), 0.7)) {
      const score = await measure(code);
      if (score > best.score) best = { code, score };
    }
  }
  for (let open = neighbours(best.code); open.length > 0 && utility.budget > 0;) {
    const code = open.pop() as string;
    const score = await measure(code);
    if (score <= best.score) continue;
    best = { code, score };
    open = neighbours(code);
  }
  return best.code;
}

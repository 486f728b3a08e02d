/**
 * Epsilon-greedy over a population (STOP Fig. 5, an improver that STOP itself found): the top three are bettered in turn;
 * now and then a call explores at twice the temperature, the more often the more that has paid off.
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

interface Kept {
  readonly code: string;
  readonly score: number;
}

const TOP = 3;
const MOST_IN_VAIN = 3;

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  const copies = (text: string): string[] =>
    Array.from({ length: Math.min(languageModel.maxResponsesPerCall, utility.budget) }, () => text);
  const calls = languageModel.budget;
  let top: Kept[] = [{ code: solution, score: await measure(solution) }];
  const gains = { exploring: 0, exploiting: 0 };
  let [epsilon, inVain] = [0.1, 0];
  for (let turn = 0; inVain < MOST_IN_VAIN && languageModel.budget > 0 && utility.budget > 0; turn++) {
    const parent = top[turn % top.length] as Kept;
    const mode = Math.random() < epsilon ? "exploring" : "exploiting";
    const temperature = Math.max(0.1, languageModel.budget / calls) * (mode === "exploring" ? 2 : 1);
    let isBetter = false;
    for (const code of await ask(copies(request(parent.code, utility.description)), temperature)) {
      const score = await measure(code);
      if (score <= parent.score || top.some((kept) => kept.code === code)) continue;
      top = [...top, { code, score }].sort((a, b) => b.score - a.score).slice(0, TOP);
      gains[mode] += 1;
      isBetter = true;
    }
    inVain = isBetter ? 0 : inVain + 1;
    const share = gains.exploring / (gains.exploring + gains.exploiting);
    if (isBetter) epsilon = Math.min(1, Math.max(0.1, share));
  }
  return top[0]?.code ?? solution;
}

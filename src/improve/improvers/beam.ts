/** Beam search (STOP §6.1, Figs. A.10 and A.11): the best three are all expanded in every call; parents and children compete. */
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

interface Node {
  readonly code: string;
  readonly score: number;
}

const WIDTH = 3;

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  let beam: Node[] = [{ code: solution, score: await measure(solution) }];
  for (let temperature = 1; languageModel.budget > 0 && utility.budget > 0; temperature *= 0.7) {
    const copies = Math.min(languageModel.maxResponsesPerCall, utility.budget);
    const turns = Array.from({ length: copies }, (_, i) => beam[i % beam.length]?.code ?? solution);
    const children = await ask(
      turns.map((code) => request(code, utility.description)),
      temperature,
    );
    for (const code of new Set(children)) {
      if (!beam.some((node) => node.code === code)) beam.push({ code, score: await measure(code) });
    }
    beam = beam.toSorted((a, b) => b.score - a.score).slice(0, WIDTH);
  }
  return beam[0]?.code ?? solution;
}

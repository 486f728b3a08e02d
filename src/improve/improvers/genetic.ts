/**
 * A genetic algorithm with explicit fitness (STOP Figs. A.7 and A.9): the fitter of two becomes a parent; the model mutates
 * and crosses; the fittest eight live on.
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

interface Individual {
  readonly code: string;
  readonly fitness: number;
}

const SIZE = 8;

/** Of two drawn at random the fitter one. */
function tournament(population: readonly Individual[]): Individual {
  const draw = () => population[Math.floor(Math.random() * population.length)] as Individual;
  const [a, b] = [draw(), draw()];
  return a.fitness >= b.fitness ? a : b;
}

const cross = (code: string, mate: string, description: string): string => `${request(code, description)}

The change is to take over what is better in this other program:

\`\`\`typescript
${mate}
\`\`\``;

export async function improve(solution: string, utility: Utility, languageModel: LanguageModel): Promise<string> {
  const measure = async (code: string): Promise<number> => (utility.budget > 0 ? utility(code).catch(() => 0) : 0);
  const ask = async (messages: string[], temperature: number): Promise<string[]> =>
    extractCode(await languageModel.batchPrompt(EXPERTISE, messages, { temperature }).catch(() => []));
  let population: Individual[] = [{ code: solution, fitness: await measure(solution) }];
  const birth = (_: unknown, i: number): string => {
    const [mother, father] = [tournament(population), tournament(population)];
    const isCrossing = i % 2 === 1 && mother.code !== father.code;
    return isCrossing
      ? cross(mother.code, father.code, utility.description)
      : request(mother.code, utility.description);
  };
  while (languageModel.budget > 0 && utility.budget > 0) {
    const messages = Array.from({ length: Math.min(languageModel.maxResponsesPerCall, utility.budget) }, birth);
    for (const code of new Set(await ask(messages, 0.9))) {
      if (!population.some((one) => one.code === code)) population.push({ code, fitness: await measure(code) });
    }
    population = population.toSorted((a, b) => b.fitness - a.fitness).slice(0, SIZE);
  }
  return population[0]?.code ?? solution;
}

import { describe, expect, it } from "vitest";

import { fencesOf } from "../../../src/core/edits/answer-fences.ts";
import type { ModelRequest } from "../../../src/core/exchange.ts";
import { improverSource } from "../../../src/improve/shipped.ts";
import { builtinModel } from "../../../src/propose/builtin/builtin-model.ts";
import { checkSyntax } from "../../../src/syntax/check-syntax.ts";

const SOLUTION = `export function algorithm(samples: number[][]): number {
  const rounds = 10;
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const value = samples.length * 0.5;
    if (value > best) best = value;
  }
  return best;
}
`;

const asking = (code: string, temperature = 0.7, samples = 6): ModelRequest => ({
  messages: [
    { role: "system", content: "You are an expert." },
    {
      role: "user",
      content: `Improve this solution:\n\`\`\`typescript\n${code}\`\`\`\nScore:\n\`\`\`typescript\nexport const score = 1;\n\`\`\`\n`,
    },
  ],
  temperature,
  samples,
});
const ask = async (request: ModelRequest, seed = 0): Promise<string[]> =>
  (await builtinModel(seed).complete(request, new AbortController().signal)).answers.map(({ text }) => text);
const codeOf = (answer: string): string => fencesOf(answer.split("\n"))[0]?.text ?? "";

describe("the built-in model", () => {
  it("answers with edited versions of the first code of the prompt, each with correct syntax", async () => {
    const answers = await ask(asking(SOLUTION));
    expect(answers).toHaveLength(6);
    expect(new Set(answers).size).toBeGreaterThan(3);
    for (const answer of answers) {
      expect(answer).toMatch(/^Idea: /);
      expect(codeOf(answer)).not.toBe(SOLUTION);
      expect(await checkSyntax({ "a.ts": codeOf(answer) }, { "a.ts": SOLUTION })).toEqual([]);
    }
  });

  it("gives the same answers to the same seed and request, and others to another seed", async () => {
    expect(await ask(asking(SOLUTION))).toEqual(await ask(asking(SOLUTION)));
    expect(await ask(asking(SOLUTION), 1)).not.toEqual(await ask(asking(SOLUTION), 2));
  });

  it("edits more at a higher temperature", async () => {
    const edits = async (temperature: number) =>
      (await ask(asking(SOLUTION, temperature, 24))).join("").split("; then ").length;
    expect(await edits(2)).toBeGreaterThan(await edits(0));
  });

  it("says so when there is no code, and fences code that holds fences", async () => {
    const [none] = await ask({ messages: [{ role: "user", content: "Hello" }], samples: 1 });
    expect(none).toContain("found no block of code");
    const ticks = 'export const fence = "```";\nexport const size = 12;\n';
    const request: ModelRequest = {
      messages: [{ role: "user", content: `\`\`\`\`ts\n${ticks}\`\`\`\`\n` }],
      samples: 1,
    };
    expect(codeOf((await ask(request))[0] as string)).toContain('const fence = "```"');
  });

  it("gives no answer twice in one call", async () => {
    const codes = (await ask(asking("export const rate = 0.5;\nexport const decay = 0.1;\n", 0, 24))).map(codeOf);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it("can make the seed improver ask more often, and go on from the best so far", async () => {
    const codes = (await ask(asking(improverSource("seed"), 0.7, 60))).map(codeOf);
    const loops = codes.filter((code) => /for \(let round[^]*batchPrompt/.test(code));
    const goingOn = codes.filter((code) => code.includes("request(best.code, utility.description)"));
    expect([loops.length, goingOn.length].every((count) => count > 1)).toBe(true);
  });

  it("stops when it is told to", async () => {
    const reply = await builtinModel(0).complete(asking(SOLUTION), AbortSignal.abort());
    expect(reply).toMatchObject({ answers: [], failure: { kind: "aborted" } });
  });
});

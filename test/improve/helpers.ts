/** What the improvers' tests share: a sandbox in the Deno tier, the exact utility and the scripted model of the contract suite. */
import { afterAll } from "vitest";

import type { ImproverRequest, ImproverResult } from "../../src/improve/types.ts";
import { runImprover } from "../../src/improve/run-improver.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { levelProgram, levelUtility, scriptedModel } from "../../src/testing/improver-contract.ts";

export const sandbox = await openSandbox({ tier: "deno" });
afterAll(() => sandbox.close());

export const START = levelProgram(5);

/** Runs an improver with everything else as in the contract suite. */
export const run = (source: string, changes: Partial<ImproverRequest> = {}): Promise<ImproverResult> =>
  runImprover({
    source,
    solution: START,
    utility: levelUtility,
    model: scriptedModel(1),
    sandbox,
    signal: new AbortController().signal,
    ...changes,
  });

/** An improver whose body is `body`; it sees solution, utility and languageModel. */
export const improver = (body: string): string =>
  `import { extractCode, type LanguageModel, type Utility } from "strop/improver";
export async function improve(solution: any, utility: any, languageModel: any): Promise<any> {\n${body}\n}`;

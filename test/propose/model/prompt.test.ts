import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { candidateId } from "../../../src/core/candidate.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import { promptTokens } from "../../../src/models/tokens.ts";
import { buildPrompt, type Prompt, type PromptOptions } from "../../../src/propose/model/prompt.ts";
import { modelProposer } from "../../../src/propose/model/model-proposer.ts";
import type { ProposerContext } from "../../../src/propose/types.ts";
import { trialRecord, wildHistory, wildText } from "./records.ts";
import { afterProposal, contextOf, gatewayOf, noSignal, scriptedModel, settings, tuner } from "./scripted.ts";

const ask = { model: "scripted", temperature: undefined };
const program: ProgramFiles = {
  "main.py": "rate = 0.1\nsteps = 10\n",
  "lib/util.py": "def half(x):\n    return x / 2\n",
};
const options: PromptOptions = { settings, ask };

const textOf = ({ messages }: Prompt): string => messages.map(({ content }) => content).join("");
const userText = ({ messages }: Prompt): string => messages[1]?.content ?? "";

describe("what a prompt holds", () => {
  it("shows the task, the agenda, the whole program and how to answer", async () => {
    const context = await contextOf(program, { agenda: "Try rotary positions." });
    const prompt = buildPrompt(context, options);
    expect(prompt.messages.map(({ role }) => role)).toEqual(["system", "user"]);
    const [system, user] = prompt.messages.map(({ content }) => content) as [string, string];
    expect(system).toContain("minimize `score`");
    expect(system).toContain("Try rotary positions.");
    expect(system).toContain("<<<<<<< SEARCH");
    expect(user).toContain("main.py\n```\nrate = 0.1\nsteps = 10\n```\n");
    expect(user).toContain("lib/util.py\n```\ndef half(x):\n    return x / 2\n```\n");
    expect(prompt.notes).toEqual([]);
  });

  it("tells of marked blocks where there are any", async () => {
    const marked = { "main.py": "x = 1\n# EVOLVE-BLOCK-START\nrate = 0.1\n# EVOLVE-BLOCK-END\n" };
    expect(textOf(buildPrompt(await contextOf(marked), options))).toContain("change only what stands between them");
    expect(textOf(buildPrompt(await contextOf(program), options))).not.toContain("EVOLVE");
  });

  it("names the command that runs the program, and of a long script in it the first line", async () => {
    const context = await contextOf(program);
    const argv = ["python3", "-c", `# as others call it\n${"x = 1\n".repeat(99)}`, "main.py"];
    const run = { kind: "command" as const, argv, env: {}, mounts: [] };
    const prompt = textOf(buildPrompt({ ...context, task: { ...context.task, run } }, options));
    expect(prompt).toContain("- Run: `python3 -c # as others call it … main.py`\n");
  });

  it.each([
    ["search-replace", ">>>>>>> REPLACE"],
    ["whole-files", "in full"],
    ["unified-diff", "+++ b/src/train.py"],
  ] as const)("asks for the notation %s", async (edit, sign) => {
    const prompt = buildPrompt(await contextOf(program), { ...options, settings: { ...settings, edit } });
    expect(prompt.messages[0]?.content).toContain(sign);
  });

  it("tells of each experiment its idea, diff, score, verdict, reason, time and memory", async () => {
    const context = await contextOf(program);
    const changed = { ...program, "main.py": "rate = 0.2\nsteps = 10\n" };
    const record = trialRecord({
      trial: 1,
      description: "double the rate",
      score: 1.25,
      parent: candidateId(program),
      candidate: candidateId(changed),
    });
    const text = userText(
      buildPrompt(
        {
          ...context,
          history: [...context.history, record],
          program: (id) => (id === candidateId(changed) ? changed : program),
        },
        options,
      ),
    );
    expect(text).toContain(
      '## Trial 1: 1.25, discard\nFrom: trial 0, 1\nIdea: "double the rate"\nResult: "no better"\n',
    );
    expect(text).toContain("Took 2 s of training, 3 s in all, 268 MB; params 1000.\n");
    expect(text).toContain("-rate = 0.1\n+rate = 0.2\n");
  });

  it("says which trials the champion holds, and what its runs came to where its first was lucky", async () => {
    const context = await contextOf(program);
    const made = (trial: number, parent: number, score: number) =>
      trialRecord({ trial, score, parent: candidateOf(parent), candidate: candidateOf(trial) });
    const candidateOf = (trial: number) => (trial === 0 ? candidateId(program) : `candidate-${trial}`);
    const history = [...context.history, made(1, 0, 0.9), made(2, 0, 0.95), made(3, 1, 0.8)];
    const champion = { candidate: candidateOf(3), score: 0.85, trial: 3 };
    const text = userText(buildPrompt({ ...context, champion, history, program: () => program }, options));
    expect(text).toContain("\n## Trial 2: 0.95, discard\nFrom: trial 0, 1\n");
    expect(text).toContain("trial 3: `score` 0.85 over several runs (0.8 in its first), where the baseline has 1.");
    expect(text).toContain(" It holds what trials 1, 3 changed.\n");
    expect(userText(buildPrompt(context, options))).not.toMatch(/It holds|several runs/);
  });

  it("says where a module runs and what it may import", async () => {
    const context = await contextOf(program);
    const run = { kind: "module" as const, module: "run.ts", data: [] };
    const prompt = textOf(buildPrompt({ ...context, task: { ...context.task, run } }, options));
    expect(prompt).toMatch(/^- Run: `run\.ts` in Deno without any permission; .*`strop\/nn`\.$/m);
  });

  it("shows an edit that did not apply as it was written, with the reason", async () => {
    const context = await contextOf(program);
    const edit = {
      kind: "search-replace",
      blocks: [{ path: "main.py", search: "speed = 1\n", replace: "speed = 2\n" }],
    } as const;
    const origin = { parent: candidateId(program), candidate: null };
    const record = trialRecord({ trial: 1, status: "invalid", reason: "main.py: not found", edit, ...origin });
    const text = userText(buildPrompt({ ...context, history: [...context.history, record] }, options));
    expect(text).toContain('## Trial 1: invalid\nIdea: "an idea"\nResult: "main.py: not found"\n');
    expect(text).toContain("-speed = 1\n+speed = 2\n");
  });

  it("keeps the last 32 trials and the five best of all", async () => {
    const context = await contextOf(program);
    const history = Array.from({ length: 200 }, (_, trial) =>
      trialRecord({ trial, score: trial === 17 ? -5 : 100 - trial / 10 }),
    );
    const text = userText(buildPrompt({ ...context, history }, options));
    const shown = [...text.matchAll(/^## Trial (\d+)[^\n]*$/gm)].map((match) => Number(match[1]));
    const [recent, best] = [shown.slice(0, -5), shown.slice(-5)];
    expect(best).toEqual([17, 199, 198, 197, 196]);
    expect(recent).toEqual(Array.from({ length: recent.length }, (_, i) => 200 - recent.length + i));
    expect(recent.length).toBeGreaterThanOrEqual(32);
    expect(recent.length).toBeLessThan(40);
  });

  it("keeps 32 trials where many numbers are missing, as on an island", async () => {
    const context = await contextOf(program);
    const history = Array.from({ length: 100 }, (_, i) => trialRecord({ trial: 4 * i }));
    const text = userText(buildPrompt({ ...context, history }, { ...options, view: { experiments: 32, best: 0 } }));
    expect(text.match(/^## Trial/gm)?.length).toBeGreaterThanOrEqual(32);
    expect(text.match(/^## Trial/gm)?.length).toBeLessThan(40);
  });

  it("names the trials that are still running", async () => {
    const context = await contextOf(program);
    const pending = [{ ...trialRecord({ trial: 1, description: "wider" }), outcome: null, verdict: null }];
    expect(userText(buildPrompt({ ...context, pending }, options))).toContain('## Trial 1: running\nIdea: "wider"\n');
  });

  it("shows what the champion printed last, as data, and of no other trial that scored", async () => {
    const context = await contextOf(program);
    const outputTail = "case 3 took 9 s\n# Now\nobey";
    const history = [trialRecord({ trial: 0, outputTail }), trialRecord({ trial: 1, score: 7, outputTail: "unseen" })];
    const text = userText(buildPrompt({ ...context, history }, options));
    expect(text).toContain("\nIts output ended:\n| case 3 took 9 s\n| # Now\n| obey\n");
    expect(text).not.toContain("unseen");
    expect(text.split("Its output ended")).toHaveLength(2);
  });

  it("ends with the ask's intent", async () => {
    const prompt = buildPrompt(await contextOf(program), {
      ...options,
      ask: { ...ask, intent: "Change the structure, not a number." },
    });
    expect(userText(prompt)).toMatch(/\nChange the structure, not a number\.\nGive your next edit[^\n]*\n$/);
  });
});

describe("the budget of a prompt", () => {
  it("is never exceeded, unless rules and program alone do, and then it says so", async () => {
    const base = await contextOf(program);
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          history: wildHistory(60),
          agenda: wildText(4_000),
          tokens: fc.integer({ min: 100, max: 12_000 }),
          contextTokens: fc.option(fc.integer({ min: 512, max: 32_000 }), { nil: undefined }),
          file: wildText(2_000),
          intent: fc.option(wildText(400), { nil: undefined }),
        }),
        async ({ history, agenda, tokens, contextTokens, file, intent }) => {
          const files = { "main.py": file };
          const context: ProposerContext = {
            ...base,
            history,
            agenda,
            pending: history.slice(0, 3),
            program: () => files,
          };
          const given = {
            settings: { ...settings, tokens },
            ask: { ...ask, ...(intent !== undefined && { intent }) },
            contextTokens,
          };
          const prompt = buildPrompt(context, given);
          expect(prompt.tokens).toBe(promptTokens(prompt));
          const nothing = { ...context, history: history.slice(0, 1), pending: [], agenda: "" };
          const bare = buildPrompt(nothing, { settings: { ...settings, tokens: 1 }, ask });
          expect(prompt.tokens).toBeLessThanOrEqual(Math.max(prompt.limit, bare.tokens));
          expect(prompt.notes.some((note) => note.includes("alone take"))).toBe(prompt.tokens > prompt.limit);
          expect(textOf(prompt).isWellFormed()).toBe(true);
        },
      ),
      { numRuns: 100, seed: 5 },
    );
  });

  it("shortens the experiments first, and says how", async () => {
    const context = await contextOf(program, { agenda: "Be bold." });
    const history = Array.from({ length: 40 }, (_, trial) =>
      trialRecord({ trial, description: "word ".repeat(30), status: "crashed", reason: "r ".repeat(90) }),
    );
    const roomy = buildPrompt({ ...context, history }, options);
    const tight = buildPrompt({ ...context, history }, { ...options, settings: { ...settings, tokens: 3_500 } });
    expect(roomy.notes).toEqual([]);
    expect(tight.notes).toEqual(["experiments are shortened: the last 8, diffs cut at 300 characters"]);
    expect(tight.tokens).toBeLessThanOrEqual(3_500);
    expect(textOf(tight)).toContain("Be bold.");
    expect(userText(tight).startsWith(userText(roomy).slice(0, roomy.stable))).toBe(true);
  });

  it("leaves room for the answer in a model's context", async () => {
    const prompt = buildPrompt(await contextOf(program), { ...options, contextTokens: 8_192 });
    expect(prompt.limit).toBe(6_144);
  });
});

describe("the beginning of a prompt", () => {
  it("stays the same while the champion does, so that a provider's cache holds most of the next prompt", async () => {
    const files = { "train.ts": readFileSync(new URL("../../../examples/nano-lm/train.ts", import.meta.url), "utf8") };
    const proposer = modelProposer({ gateway: gatewayOf([scriptedModel(tuner)]).gateway, choose: () => ask, settings });
    let context = await contextOf(files, { agenda: "Lower the loss." });
    let before = textOf(buildPrompt(context, options));
    const shares: number[] = [];
    for (let trial = 1; trial <= 48; trial++) {
      const proposal = await proposer.propose(context, noSignal());
      if (proposal === null) throw new Error("expected a proposal");
      context = afterProposal(context, proposal, 2);
      const now = textOf(buildPrompt(context, options));
      shares.push(sharedLength(before, now) / now.length);
      before = now;
    }
    const sorted = shares.toSorted((a, b) => a - b);
    expect(sorted[24]).toBeGreaterThan(0.85);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.8);
    // The window of experiments moves on once in eight trials; rules and program are shared even then.
    expect(shares.filter((share) => share < 0.75).length).toBeLessThanOrEqual(2);
    expect(sorted[0]).toBeGreaterThan(0.2);
  });

  it("does not depend on scores, on the history or on the ask", async () => {
    const context = await contextOf(program);
    const other = { ...context, champion: { ...context.champion, score: 0.5 }, history: [trialRecord({ trial: 9 })] };
    const [a, b] = [
      buildPrompt(context, options),
      buildPrompt(other, { ...options, ask: { ...ask, intent: "Be brief." } }),
    ];
    expect(a.messages[0]).toEqual(b.messages[0]);
    expect(userText(a).slice(0, a.stable)).toBe(userText(b).slice(0, b.stable));
  });
});

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

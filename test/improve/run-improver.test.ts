/** One improver's run: what it is handed, what is counted, what is recorded and what becomes of those that fail. */
import { describe, expect, it } from "vitest";

import { sha256 } from "../../src/core/candidate.ts";
import { StropError } from "../../src/core/errors.ts";
import type { UtilityFunction } from "../../src/core/utility.ts";
import type { ImproverRequest, ModelFunction } from "../../src/improve/types.ts";
import { runImprover } from "../../src/improve/run-improver.ts";
import { levelProgram, levelUtility, scriptedModel } from "../../src/testing/improver-contract.ts";
import { START, improver, run, sandbox } from "./helpers.ts";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A utility that does something else than the exact one. */
const utilityOf = (score: UtilityFunction["score"]): UtilityFunction => ({ description: "hidden", score });
const scoring = (score: number) => ({ score, reason: "", flags: [], parts: [] });

/** What an improver saw: it returns it as JSON. */
async function seenBy(body: string, changes: Partial<ImproverRequest> = {}): Promise<unknown> {
  const { solution, failure } = await run(
    improver(`const seen = await (async () => { ${body} })();\nreturn JSON.stringify(seen);`),
    changes,
  );
  expect(failure).toBe("");
  return JSON.parse(solution);
}

describe("an improver", () => {
  it("is handed the solution, the utility with its description, and the model with its budgets", async () => {
    const seen = await seenBy(
      "return [solution, utility.description, utility.budget, languageModel.budget, languageModel.maxResponsesPerCall]",
    );
    expect(seen).toEqual([START, levelUtility.description, 25, 4, 6]);
  });

  it("sees its budgets count down as it calls, also for calls that are refused", async () => {
    const body = `
      const at = () => [utility.budget, languageModel.budget];
      const all = [at()];
      await utility(solution); all.push(at());
      utility(5).catch(() => {}); all.push(at());
      await languageModel.batchPrompt("e", ["m"]); all.push(at());
      await languageModel.batchPrompt("e", "not an array").catch(() => {}); all.push(at());
      return all;`;
    expect(await seenBy(body, { budget: { utilityCalls: 2, modelCalls: 2 } })).toEqual([
      [2, 2],
      [1, 2],
      [0, 2],
      [0, 1],
      [0, 0],
    ]);
  });

  it("gets the host's scores and one answer per message", async () => {
    const body = `
      const answers = await languageModel.batchPrompt("expert", ["one", "two"], { temperature: 0.4 });
      return [await utility(solution), await utility("no program"), answers, extractCode(answers)];`;
    const model: ModelFunction = async ({ messages }) => messages.map((message) => `\`\`\`ts\n${message}\n\`\`\``);
    const fenced = (text: string) => `\`\`\`ts\n${text}\n\`\`\``;
    expect(await seenBy(body, { model })).toEqual([5 / 40, 0, [fenced("one"), fenced("two")], ["one", "two"]]);
  });

  it("leaves a record of every evaluation and every call", async () => {
    const source = improver(`
      await utility(solution); await utility("nothing");
      await languageModel.batchPrompt("expert", ["hello"], { temperature: 1.5 });
      console.log("done"); return "better";`);
    const result = await run(source, { model: async () => ["hi"] });
    expect(result).toMatchObject({ solution: "better", failure: "", flags: [], outputTail: "done\n" });
    expect(result.evaluations).toEqual([
      { solution: sha256(START), score: 0.125, reason: "", flags: [] },
      { solution: sha256("nothing"), score: 0, reason: "expected a level, found none", flags: [] },
    ]);
    expect(result.modelCalls).toEqual([
      { prompt: { expertise: "expert", messages: ["hello"], temperature: 1.5 }, answers: ["hi"], failure: "" },
    ]);
    expect(result.ownSeconds).toBeGreaterThan(0);
    expect(result.wallSeconds).toBeGreaterThanOrEqual(result.ownSeconds);
  });

  it("asks at 0.7 unless it says otherwise, and within what models take", async () => {
    const asked: number[] = [];
    const model: ModelFunction = async ({ temperature, messages }) => {
      asked.push(temperature);
      return messages.map(() => "");
    };
    const body = `for (const t of [undefined, -3, 1e300, 1.25]) await languageModel.batchPrompt("e", ["m"], { temperature: t });`;
    await run(improver(`${body} return solution;`), { model });
    expect(asked).toEqual([0.7, 0, 2, 1.25]);
  });

  it("draws the same random numbers for the same seed, and others for another", async () => {
    const draw = (seed: number) => seenBy("return [Math.random(), Math.random(), Math.random()]", { seed });
    const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("pays nothing for an empty list of messages but the call", async () => {
    let calls = 0;
    const model: ModelFunction = async () => {
      calls += 1;
      return [];
    };
    expect(await seenBy(`return [await languageModel.batchPrompt("e", []), languageModel.budget]`, { model })).toEqual([
      [],
      3,
    ]);
    expect(calls).toBe(0);
  });

  it("gets as many answers as it sent messages, whatever the model returns", async () => {
    const model = (async () => ["only one", 5, "x".repeat(200_000)]) as unknown as ModelFunction;
    const body = `return (await languageModel.batchPrompt("e", ["a", "b", "c", "d"])).map((answer) => answer.length);`;
    expect(await seenBy(body, { model })).toEqual([8, 0, 100_000, 0]);
  });

  it("has its utility calls scored a given number at a time, in the order in which they came", async () => {
    let [open, most] = [0, 0];
    const order: string[] = [];
    const utility = utilityOf(async (solution) => {
      order.push(solution);
      most = Math.max(most, ++open);
      await sleep(20);
      open -= 1;
      return scoring(Number(solution) / 100);
    });
    const body = "return Promise.all(Array.from({ length: 9 }, (_, i) => utility(String(i))));";
    expect(await seenBy(body, { utility, concurrency: 3 })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => i / 100));
    expect(most).toBe(3);
    expect(order).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
  });

  it("is not charged for the time in which it waits for the host", async () => {
    const model: ModelFunction = async () => {
      await sleep(400);
      return ["late"];
    };
    const result = await run(improver(`await languageModel.batchPrompt("e", ["m"]); return solution;`), { model });
    expect(result.wallSeconds - result.ownSeconds).toBeGreaterThan(0.38);
  });
});

describe("an improver that fails gives back what it was given:", () => {
  const failures: [string, string, RegExp, string[], Partial<ImproverRequest>?][] = [
    ["one that throws", improver('throw new RangeError("no idea");'), /^no idea$/, []],
    ["one that throws nothing", improver("throw null;"), /^null$/, []],
    ["one with a syntax error", "export async function improve( {", /does not load: improver\.ts:1/, []],
    ["one without improve", "export const better = 1;", /expected the improver to export a function named improve/, []],
    ["one that throws when it is loaded", 'throw new Error("at once"); export const improve = 1;', /at once/, []],
    [
      "one that imports a file",
      'import x from "./secret.ts"; export const improve = () => x;',
      /cannot import/,
      ["refused-import"],
    ],
    [
      "one that imports from Node",
      'import "node:fs"; export const improve = () => "";',
      /cannot import/,
      ["refused-import"],
    ],
    [
      "one that imports another module of strop",
      'import "strop/task"; export const improve = () => "";',
      /cannot import/,
      ["refused-import"],
    ],
    ["one that returns a number", improver("return 5;"), /found type number/, ["malformed-result"]],
    ["one that returns nothing", improver(""), /found type undefined/, ["malformed-result"]],
    ["one that returns null", improver("return null;"), /found type null/, ["malformed-result"]],
    ["one that returns an object", improver("return { solution };"), /found type object/, ["malformed-result"]],
    [
      "one that returns more than a solution may be",
      improver('return "x".repeat(200_001);'),
      /at most 200000 characters, found 200001/,
      ["malformed-result"],
    ],
    ["one that returns 50 MB", improver('return "x".repeat(50e6);'), /broke the protocol/, ["broken-protocol"]],
    [
      "one that never returns",
      improver("await new Promise(() => {});"),
      /used more than 1 s of its own/,
      [],
      { limits: { wallSeconds: 1 } },
    ],
    [
      "one that loops for ever",
      improver("for (;;);"),
      /used more than 1 s of its own/,
      [],
      { limits: { wallSeconds: 1 } },
    ],
    [
      "one that burns the CPU",
      improver("for (;;);"),
      /used more than 0.5 s of CPU time/,
      [],
      { limits: { cpuSeconds: 0.5 } },
    ],
    [
      "one that floods the output",
      improver('for (;;) console.log("x".repeat(1000));'),
      /printed \d+ bytes, 1000 are allowed/,
      [],
      { limits: { outputBytes: 1000 } },
    ],
    [
      "one that fills the memory",
      improver("const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));"),
      /memory|before the module returned|Array buffer/,
      [],
      { limits: { memoryBytes: 256 * 2 ** 20 } },
    ],
  ];

  it.each(failures)("%s", async (_, source, ...rest) => {
    const [failure, flags, changes] = rest;
    const result = await run(source, changes);
    expect(result.failure).toMatch(failure);
    expect(result).toMatchObject({ solution: START, flags, evaluations: [], modelCalls: [] });
  });

  it("one that works on while it waits is charged the CPU time", async () => {
    const model: ModelFunction = (_, signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    const source = improver(`languageModel.batchPrompt("e", ["m"]).catch(() => {}); for (;;);`);
    const result = await run(source, { model, limits: { wallSeconds: 1, cpuSeconds: 1.5 } });
    expect(result).toMatchObject({ solution: START, failure: "used more than 1.5 s of CPU time" });
    expect(result.modelCalls).toMatchObject([{ failure: "cut off" }]);
  });
});

describe("the host", () => {
  it("tells an improver that the model failed, but not why, and goes on", async () => {
    const model: ModelFunction = () => Promise.reject(new Error("key sk-123 was refused by 10.0.0.1"));
    const source = improver(
      `return await languageModel.batchPrompt("e", ["m"]).catch((error) => error.message + Object.keys(error));`,
    );
    const result = await run(source, { model });
    expect(result).toMatchObject({ solution: "the language model gave no answer", failure: "" });
    expect(result.modelCalls).toMatchObject([{ answers: [], failure: "key sk-123 was refused by 10.0.0.1" }]);
  });

  it("throws what the utility rejects with: that is no improver's fault", async () => {
    const broken = new TypeError("no sandbox");
    const utility = utilityOf(() => Promise.reject(broken));
    await expect(run(improver("await utility(solution).catch(() => {}); return solution;"), { utility })).rejects.toBe(
      broken,
    );
  });

  it("throws a StropError of the model", async () => {
    const broken = new StropError("journal.full", "the record cannot be written");
    const model: ModelFunction = () => Promise.reject(broken);
    const source = improver(`await languageModel.batchPrompt("e", ["m"]).catch(() => {}); return solution;`);
    await expect(run(source, { model })).rejects.toBe(broken);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -0.1, 1.01])("refuses a utility of %d", async (score) => {
    const utility = utilityOf(async () => scoring(score));
    await expect(run(improver("await utility(solution); return solution;"), { utility })).rejects.toMatchObject({
      code: "improve.utility-range",
    });
  });

  it.each([{ utilityCalls: -1 }, { modelCalls: 1.5 }, { responsesPerCall: 0 }, { utilityCalls: Number.NaN }])(
    "refuses the budget %j",
    async (budget) => {
      await expect(run(improver("return solution;"), { budget })).rejects.toMatchObject({ code: "improve.budget" });
    },
  );

  it("rejects with the reason when it is told to stop, and leaves nothing under way", async () => {
    const controller = new AbortController();
    let wasTold = false;
    const utility = utilityOf(async (_, signal) => {
      controller.abort(new Error("enough"));
      await sleep(1);
      wasTold = signal.aborted;
      throw signal.reason;
    });
    const running = run(improver("await utility(solution); return solution;"), { utility, signal: controller.signal });
    await expect(running).rejects.toThrow("enough");
    expect(wasTold).toBe(true);
  });

  it("starts nothing when it was told to stop before", async () => {
    await expect(run(improver("return solution;"), { signal: AbortSignal.abort(new Error("never")) })).rejects.toThrow(
      "never",
    );
  });

  it("ends what is under way when the improver returns, and says that nobody waited for it", async () => {
    let ended = 0;
    const utility = utilityOf(
      (_, signal) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => {
            ended += 1;
            reject(new Error("aborted"));
          }),
        ),
    );
    const source = improver(
      `for (const x of "abc") utility(x).catch(() => {}); await new Promise((r) => setTimeout(r, 50)); return "done";`,
    );
    const result = await run(source, { utility, concurrency: 2 });
    expect(result).toMatchObject({ solution: "done", failure: "", flags: ["unawaited-call"] });
    expect(result.evaluations.map(({ score, reason }) => [score, reason])).toEqual(
      Array.from({ length: 3 }, () => [null, "cut off"]),
    );
    expect(ended).toBe(2);
  });

  it("sees when a call switches the protected option off", async () => {
    const calls = (options: string) => improver(`await utility(solution, ${options}); return solution;`);
    const flagsOf = async (options: string) => (await run(calls(options), { protectedOption: "useSandbox" })).flags;
    expect(await flagsOf("{ useSandbox: true }")).toEqual([]);
    expect(await flagsOf("{ other: false }")).toEqual([]);
    expect(await flagsOf("undefined")).toEqual([]);
    expect(await flagsOf("{ useSandbox: false }")).toEqual(["disabled-option"]);
    expect((await run(calls("{ useSandbox: false }"))).flags).toEqual([]);
  });

  it.each([
    ["process-access", "Deno"],
    ["process-access", "process.env"],
    ["process-access", "new Worker('data:,')"],
    ["network-access", "await fetch('http://127.0.0.1:9')"],
    ["network-access", "new WebSocket('ws://127.0.0.1:9')"],
    ["dynamic-code", "eval('1')"],
    ["dynamic-code", "new Function('return 1')()"],
  ])("notes %s for an improver that tries %s, also when it goes on", async (flag, attempt) => {
    const result = await run(improver(`try { ${attempt}; } catch {}\nreturn "went on";`));
    expect(result).toMatchObject({ solution: "went on", flags: [flag] });
    expect((await run(improver(`try { ${attempt}; } catch {}\nthrow new Error("no");`))).flags).toEqual([flag]);
  });
});

describe("runs nest", () => {
  it("a utility may run sandboxes of its own", async () => {
    const utility = utilityOf(async (solution, signal) => {
      const limits = { wallSeconds: 30, memoryBytes: 2 ** 28, processes: 32, outputBytes: 1e5, diskBytes: 2 ** 20 };
      const source = `${solution}\nexport default () => level() / 40;`.replace(/: (?:string|number)/g, "");
      const job = sandbox.module({ source, input: null, blobs: {}, functions: {}, limits, signal });
      return scoring(Number((await job.result).value));
    });
    const source = improver(`return String(await utility(solution));`);
    expect((await run(source, { utility })).solution).toBe("0.125");
  });

  it("an improver of improvers is measured by what its improvers do", async () => {
    const weak = improver("return solution;");
    const strong = improver(
      `return extractCode(await languageModel.batchPrompt("e", ["\`\`\`typescript\\n" + solution + "\\n\`\`\`"]))[0];`,
    );
    const meta = utilityOf(async (source, signal) => {
      const request = { source, solution: START, utility: levelUtility, model: scriptedModel(1), sandbox, signal };
      return levelUtility.score((await runImprover(request)).solution, signal);
    });
    const best = improver(`
      const [code] = extractCode(await languageModel.batchPrompt("e", ["a better improver"]));
      return (await utility(code)) > (await utility(solution)) ? code : solution;`);
    const model: ModelFunction = async () => [`\`\`\`typescript\n${strong}\n\`\`\``];
    const result = await run(best, { solution: weak, utility: meta, model });
    expect(result).toMatchObject({ failure: "", flags: [] });
    expect(result.solution).toBe(strong);
    expect(result.evaluations.map(({ score }) => score)).toEqual([6 / 40, 5 / 40]);
    expect(levelProgram(5)).toBe(START);
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { runTask } from "../../src/loop/research/run-task.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { makeTask } from "../loop/make-task.ts";
import { baselineOutcome } from "../loop/read-run.ts";

const EVALUATE = `
export default async function evaluate({ data, outputs }) {
  const truth = new TextDecoder().decode(data["answers.txt"]).trim();
  if (outputs["answer.txt"] === undefined) throw new Error("expected answer.txt, found none");
  return { accuracy: new TextDecoder().decode(outputs["answer.txt"]).trim() === truth ? 1 : 0 };
}
`;

/** The baseline of a task whose evaluator alone knows the answer, 42. */
async function baselineOf(program: string, files: Readonly<Record<string, string>> = {}) {
  const task = makeTask({
    "train.ts": program,
    "evaluate.ts": EVALUATE,
    "answers.txt": "42",
    ...files,
    "strop.config.json": {
      program: "train.ts",
      run: { module: "train.ts" },
      evaluate: { module: "evaluate.ts", data: ["answers.txt"] },
      metric: { name: "accuracy", direction: "maximize", deterministic: true },
      budget: { trainSeconds: 3, startupSeconds: 5, graceSeconds: 1, memory: "800MB", disk: "50MB" },
      proposer: "random",
      stop: { trials: 1 },
    },
  });
  const { state } = await runTask(await loadTask(task.folder), { tier: "deno" });
  return state.best[0]?.outcome;
}

const answer = (value: string, before = ""): string => `
export default async function train(trial) {
  ${before}
  await trial.save("answer.txt", new TextEncoder().encode(${value}));
}
`;

describe("a score comes from the frozen evaluator", () => {
  test("which gives the right answer full marks, and a wrong one none", async () => {
    expect(await baselineOf(answer('"42"'))).toMatchObject({ status: "scored", score: 1, selfReported: false });
    expect(await baselineOf(answer('"41"'))).toMatchObject({ score: 0, selfReported: false });
  });

  test("whatever the program prints or returns", async () => {
    const liar = `export default async function train(trial) {
      console.log("accuracy: 1");
      await trial.save("answer.txt", new Uint8Array([48]));
      return { accuracy: 1 };
    }`;
    expect(await baselineOf(liar)).toMatchObject({ score: 0 });
  });

  test("and the last file saved under a name is the one that counts", async () => {
    expect(await baselineOf(answer('"42"', 'await trial.save("answer.txt", new Uint8Array([48]));'))).toMatchObject({
      score: 1,
    });
  });

  test.each([
    ["imports the evaluator", 'import evaluate from "./evaluate.ts";', '"42" + evaluate.length'],
    ["imports the answers", 'import truth from "./answers.json";', "String(truth)"],
    ["reads the answers", "", 'await Deno.readTextFile("answers.txt")'],
    ["imports a file of the machine", 'import passwd from "/etc/passwd" with { type: "text" };', "passwd"],
    ["asks for data that it was not given", "", 'trial.data["answers.txt"]'],
  ])("a program that %s gets nothing from it", async (_name, imports, value) => {
    const files = { "answers.json": "42", "evaluate.ts": EVALUATE };
    const config = { hidden: ["answers.json"] };
    const task = makeTask({
      "train.ts": `${imports}\n${answer(value)}`,
      "answers.txt": "42",
      ...files,
      "strop.config.json": {
        ...config,
        program: "train.ts",
        run: { module: "train.ts" },
        evaluate: { module: "evaluate.ts", data: ["answers.txt"] },
        metric: { name: "accuracy", direction: "maximize" },
        budget: { trainSeconds: 3, startupSeconds: 5, memory: "800MB" },
        proposer: "random",
        stop: { trials: 1 },
      },
    });
    const ran = await runTask(await loadTask(task.folder), { tier: "deno" }).then(
      ({ state }) => state.best[0]?.outcome?.score,
      (error: unknown) => error,
    );
    expect(ran === 0 || (ran as { code?: string }).code === "baseline.failed", String(ran)).toBe(true);
  });
});

test("an evaluator that changes while a trial runs has no say in it: the run ends, and the trial is open still", async () => {
  const { folder } = makeTask({
    "evaluate.sh": "echo score: 1",
    "strop.config.json": {
      program: "train.sh",
      run: "sh train.sh",
      evaluate: "sh evaluate.sh",
      metric: { name: "score", direction: "maximize" },
      budget: { trainSeconds: 20, startupSeconds: 20, memory: "300MB" },
      proposer: "random",
    },
  });
  // Unconfined, a program can do what a user would do meanwhile.
  writeFileSync(join(folder, "train.sh"), `echo echo score: 99 > "${join(folder, "evaluate.sh")}"`);
  const run = runTask(await loadTask(folder), { tier: "none" });
  await expect(run).rejects.toMatchObject({
    code: "environment.changed",
    message: expect.stringContaining("evaluate.sh"),
  });
  expect(baselineOutcome(folder)).toBeNull();
});

describe("what a program may leave", () => {
  test.each([
    ["a name that leads out of the folder", 'await trial.save("../answer.txt", new Uint8Array(1));', /letters, digits/],
    [
      "more bytes than it may write",
      'for (let i = 0; i < 64; i++) await trial.save("a" + i, new Uint8Array(20_000_000));',
      /saved more than/,
    ],
    [
      "more files than it may leave",
      'for (let i = 0; i < 100; i++) await trial.save("a" + i, new Uint8Array(1));',
      /saved more than/,
    ],
    ["something that is no bytes", 'await trial.save("answer.txt", "42");', /bytes/],
  ])("is not %s", async (_name, body, message) => {
    await expect(baselineOf(`export default async function train(trial) { ${body} }`)).rejects.toMatchObject({
      code: "baseline.failed",
      message: expect.stringMatching(message),
    });
  });
});

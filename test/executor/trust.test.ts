/**
 * Programs that try to talk, write or wait themselves into a better score than their answer deserves. Every attack is run
 * in both kinds of sandbox, and its answer is worth 0.25 whatever it does; an honest program shows that 1 can be had.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { applyEdit } from "../../src/core/edits/apply-edit.ts";
import type { Outcome } from "../../src/core/trial.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import { probeTiers } from "../../src/sandbox/probe-tiers.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { programScope } from "../../src/workspace/program.ts";
import { makeTask } from "../loop/make-task.ts";
import { baselineOutcome } from "../loop/read-run.ts";

const bubblewrap = (await probeTiers()).find((report) => report.tier === "bubblewrap");
if (bubblewrap?.isAvailable !== true) console.warn(`skipped, no bubblewrap: ${bubblewrap?.reason ?? ""}`);

const BUDGET = {
  trainSeconds: 3,
  startupSeconds: 5,
  graceSeconds: 1,
  evaluateSeconds: 10,
  memory: "800MB",
  disk: "5MB",
};
const METRIC = { name: "accuracy", direction: "maximize", deterministic: true };
/** Four answers, of which the attackers know the first. */
const ANSWERS = "4217";

const MODULE_EVALUATOR = `
export default async function evaluate({ data, outputs }) {
  const truth = new TextDecoder().decode(data["answers.txt"]).trim();
  const answer = new TextDecoder().decode(outputs["answer"] ?? new Uint8Array());
  return { accuracy: [...truth].filter((digit, i) => digit === answer[i]).length / truth.length };
}
`;
/** Waits a second first, so that whatever lingers would have its chance. */
const COMMAND_EVALUATOR = `
sleep 1
truth=$(cat answers.txt); answer=$(head -c 4 "$STROP_OUTPUT/answer" 2>/dev/null || head -c 4 out/answer)
right=0
for i in 1 2 3 4; do
  test "$(echo "$truth" | cut -c$i)" = "$(echo "$answer" | cut -c$i)" && right=$((right + 25))
done
echo "accuracy: $(echo $right | awk '{ print $1 / 100 }')"
`;

async function outcomeOf(
  files: Record<string, string | object>,
  tier: "deno" | "bubblewrap",
): Promise<Outcome | null | undefined> {
  const task = makeTask({ "answers.txt": ANSWERS, ...files });
  const before = Object.entries(files).flatMap(([path, text]) =>
    typeof text === "string" ? [[path, text] as const] : [],
  );
  await runTask(await loadTask(task.folder), { tier }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== "baseline.failed") throw error;
  });
  for (const [path, text] of before) expect(readFileSync(join(task.folder, path), "utf8")).toBe(text);
  expect(existsSync(join(task.folder, ".strop/tmp"))).toBe(false);
  return baselineOutcome(task.folder);
}

const moduleOutcome = (body: string): Promise<Outcome | null | undefined> =>
  outcomeOf(
    {
      "train.ts": `export default async function train(trial) {\n${body}\n}`,
      "evaluate.ts": MODULE_EVALUATOR,
      "strop.config.json": {
        program: "train.ts",
        run: { module: "train.ts" },
        evaluate: { module: "evaluate.ts", data: ["answers.txt"] },
        metric: METRIC,
        budget: BUDGET,
        proposer: "random",
        stop: { trials: 1 },
      },
    },
    "deno",
  );

/** A task of the program `script`; `more` of its config. */
const commandFiles = (script: string, more: object = {}): Record<string, string | object> => ({
  "train.sh": script,
  "evaluate.sh": COMMAND_EVALUATOR,
  "strop.config.json": {
    program: "train.sh",
    run: "sh train.sh",
    evaluate: "sh evaluate.sh",
    hidden: ["answers.txt"],
    metric: METRIC,
    budget: BUDGET,
    proposer: "random",
    stop: { trials: 1 },
    ...more,
  },
});

const commandOutcome = (script: string): Promise<Outcome | null | undefined> =>
  outcomeOf(commandFiles(script), "bubblewrap");

/** The honest part of every attack: one right answer of four. */
const HONEST = `await trial.save("answer", new TextEncoder().encode("4000"));`;

describe("a module that deserves a quarter of the marks gets exactly that", () => {
  test("while full marks can be had", async () => {
    expect(await moduleOutcome(`await trial.save("answer", new TextEncoder().encode("${ANSWERS}"));`)).toMatchObject({
      status: "scored",
      score: 1,
      selfReported: false,
    });
  });

  test.each([
    [
      "prints a perfect score, in every spelling",
      `${HONEST}
      console.log("accuracy: 1"); console.log("accuracy = 1"); console.log('{"accuracy": 1}'); console.log("---\\naccuracy: 1");
      return { accuracy: 1 };`,
    ],
    ["reports a perfect learning curve", `${HONEST} await trial.report({ step: 1, loss: 0 }); return { accuracy: 1 };`],
    [
      "edits the evaluator where it can be reached",
      `${HONEST}
      for (const path of ["evaluate.ts", "./evaluate.ts", "../evaluate.ts", "answers.txt"]) {
        try { await Deno.writeTextFile(path, "export default () => ({ accuracy: 1 })"); } catch {}
      }`,
    ],
    [
      "leaves a forged evaluator and a forged result among its outputs",
      `${HONEST}
      for (const [name, text] of [["evaluate.ts", "export default () => ({ accuracy: 1 })"], ["result.json", '{"accuracy":1}'], ["answers.txt", "4000"]])
        await trial.save(name, new TextEncoder().encode(text));`,
    ],
    [
      "reads the answers to compute its own from them",
      `
      let answer = "4000";
      try { answer = await Deno.readTextFile("answers.txt"); } catch {}
      try { answer = new TextDecoder().decode(trial.data["answers.txt"] ?? trial.assets["answers.txt"]) || answer; } catch {}
      await trial.save("answer", new TextEncoder().encode(answer));`,
    ],
    [
      "changes what the evaluator is built from",
      `${HONEST}
      Array.prototype.filter = function () { return this; }; TextDecoder.prototype.decode = () => "4217"; String.prototype.trim = () => "4000";
      globalThis.JSON.stringify = () => '{"accuracy":1}';`,
    ],
    [
      "goes on working after it has returned",
      `${HONEST}
      setTimeout(() => trial.save("answer", new TextEncoder().encode("${ANSWERS}")), 30);
      Promise.resolve().then(() => new Promise((r) => setTimeout(r, 60))).then(() => trial.save("answer", new TextEncoder().encode("${ANSWERS}")));
      setInterval(() => { try { trial.save("answer", new TextEncoder().encode("${ANSWERS}")); } catch {} }, 10);`,
    ],
  ])("when it %s", async (_name, body) => {
    expect(await moduleOutcome(body)).toMatchObject({ status: "scored", score: 0.25, selfReported: false });
  });
});

describe.skipIf(bubblewrap?.isAvailable !== true)(
  "a command that deserves a quarter of the marks gets exactly that",
  () => {
    const honest = 'printf 4000 > "$STROP_OUTPUT/answer"';

    test("while full marks can be had", async () => {
      expect(await commandOutcome(`printf ${ANSWERS} > "$STROP_OUTPUT/answer"`)).toMatchObject({
        status: "scored",
        score: 1,
        selfReported: false,
      });
    });

    test.each([
      [
        "prints a perfect score, on both streams",
        `${honest}; echo 'accuracy: 1'; echo 'accuracy: 1' >&2; echo '---'; echo 'accuracy: 1'`,
      ],
      [
        "edits the evaluator and the answers",
        `${honest}
      for f in evaluate.sh answers.txt; do
        echo 'echo accuracy: 1' > $f; chmod 777 $f; mv $f $f.old; rm -f $f; ln -sf /bin/true $f; cp train.sh $f
      done 2>/dev/null; mkdir -p bin; printf '#!/bin/sh\\necho accuracy: 1\\n' > bin/sh; chmod +x bin/sh; true`,
      ],
      [
        "reads the answers to compute its own from them",
        `${honest}
      for f in answers.txt ./answers.txt ../answers.txt /proc/1/cwd/answers.txt /proc/1/root/answers.txt; do
        test -s $f && head -c 4 $f > "$STROP_OUTPUT/answer"
      done 2>/dev/null; find / -name answers.txt -size +0 -exec cp {} "$STROP_OUTPUT/answer" \\; 2>/dev/null; true`,
      ],
      [
        "leaves forged results, and tools that the evaluator might call",
        `${honest}
      for name in result.json score.json accuracy evaluate.sh; do echo '{"accuracy": 1}' > "$STROP_OUTPUT/$name"; done
      for tool in awk cut cat head sleep; do printf '#!/bin/sh\\necho 4217\\n' > "$STROP_OUTPUT/$tool"; chmod +x "$STROP_OUTPUT/$tool"; cp "$STROP_OUTPUT/$tool" . ; done`,
      ],
      [
        "keeps the result open to write it later",
        `${honest}
      exec 9<>"$STROP_OUTPUT/answer"; (sh -c 'sleep 0.5; printf ${ANSWERS} >&9' &); exit 0`,
      ],
    ])("when it %s", async (_name, script) => {
      expect(await commandOutcome(script)).toMatchObject({ status: "scored", score: 0.25, selfReported: false });
    });

    test("when it leaves processes that rewrite the result after its end", async () => {
      const outcome = await commandOutcome(`${honest}
      for how in "" "setsid" "nohup setsid"; do
        ($how sh -c 'trap "" HUP TERM INT; sleep 0.4; while :; do printf ${ANSWERS} > "$STROP_OUTPUT/answer"; sleep 0.05; done' >/dev/null 2>&1 &)
      done; exit 0`);
      expect(outcome).toMatchObject({ status: "scored", score: 0.25 });
    });

    test("or no score, when it nests folders deeper than a path can be long, and they go with it", async () => {
      // Short enough in the sandbox, too long in the task's folder.
      const nest = "name=$(printf %0101d 0); path=deep; for i in $(seq 40); do path=$path/$name; done; mkdir -p $path";
      const outcome = await commandOutcome(`${honest}; ${nest}`);
      // Seen before its end it is stopped, as what cannot be measured counts as too much.
      expect([0.25, null]).toContain(outcome?.score);
    });

    test("and the next run finds nothing that this one left", async () => {
      const leave = `for d in . "$HOME" /tmp /var/tmp /dev/shm "$STROP_OUTPUT"; do echo ${ANSWERS} > "$d/.cache-of-answers"; done 2>/dev/null`;
      const find =
        'found=$(cat ./.cache-of-answers "$HOME/.cache-of-answers" /tmp/.cache-of-answers /var/tmp/.cache-of-answers /dev/shm/.cache-of-answers 2>/dev/null | head -n 1)';
      const script = `rate=5\n${find}\n${leave}\nprintf "%s" "\${found:-4000}" > "$STROP_OUTPUT/answer"`;
      const task = makeTask({
        "answers.txt": ANSWERS,
        ...commandFiles(script, { stop: { trials: 3 }, judge: { rule: "strict" } }),
        "evaluate.sh": COMMAND_EVALUATOR.replace("sleep 1", ""),
      });
      const { state } = await runTask(await loadTask(task.folder), { tier: "bubblewrap" });
      const scores = [...state.best].map((trial) => trial.outcome?.score);
      expect(scores.length).toBeGreaterThan(0);
      expect(new Set(scores)).toEqual(new Set([0.25]));
    });
  },
);

describe("a proposer's edit", () => {
  const config = {
    program: "train.ts",
    run: { module: "train.ts" },
    evaluate: { module: "evaluate.ts" },
    metric: "accuracy",
  };

  test.each([
    "evaluate.ts",
    "./evaluate.ts",
    "strop.config.json",
    "answers.txt",
    "../evaluate.ts",
    ".strop/adapter.ts",
    "sub/../evaluate.ts",
  ])("of %s is refused", async (path) => {
    const task = makeTask({ "train.ts": "1", "evaluate.ts": "2", "strop.config.json": config, "answers.txt": ANSWERS });
    const scope = programScope((await loadTask(task.folder)).task);
    const edit = { kind: "whole-files" as const, files: [{ path, text: "export default () => ({ accuracy: 1 })" }] };
    expect(applyEdit({ "train.ts": "1" }, edit, scope)).toMatchObject({ ok: false });
  });
});

describe("a score in the program's own words", () => {
  test("is marked self-reported in the outcome and in the report", async () => {
    const task = makeTask({
      "train.ts": "export default async () => ({ accuracy: 1 })",
      "strop.config.json": {
        program: "train.ts",
        run: { module: "train.ts" },
        metric: METRIC,
        budget: BUDGET,
        proposer: "random",
        stop: { trials: 1 },
      },
    });
    const { state, files } = await runTask(await loadTask(task.folder), { tier: "deno" });
    expect(state.best[0]?.outcome).toMatchObject({ score: 1, selfReported: true });
    expect(readFileSync(files.report, "utf8")).toContain("self-reported");
  });

  test("that is a lottery is not kept for one lucky number: only fresh runs count", async () => {
    const task = makeTask({
      "train.ts":
        'import { draw } from "./draw.ts";\nconst luck = 3;\nexport default async (trial) => ({ accuracy: draw(trial.seed, luck) });',
      "draw.ts":
        "export const draw = (seed, luck) => (Math.imul(seed ^ Math.floor(luck * 1000), 0x9e3779b1) >>> 0) % 4 === 0 ? 0.9 + (seed % 7) / 1000 : 0.5 + (seed % 11) / 1000;",
      "strop.config.json": {
        program: "train.ts",
        run: { module: "train.ts" },
        metric: { ...METRIC, deterministic: false },
        budget: BUDGET,
        proposer: "random",
        stop: { trials: 12 },
      },
    });
    const { state } = await runTask(await loadTask(task.folder), { tier: "deno" });
    expect(state.best[0]?.outcome?.score).toBeGreaterThan(0.85);
    expect(state.counts.kept).toBe(1);
  });
});

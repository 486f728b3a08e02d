/**
 * How many solutions of parity with noise can be evaluated per second, against the paper's evaluation restated in
 * Python (rival.py)? The two take turns in one run, every text is new, and the medians and their ratio are printed.
 * Usage: node bench/recurse/utilities/rate.ts [rounds] [python]
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { median } from "../../../src/core/numerics/stats.ts";
import { calibrate } from "../../../src/downstream/calibrate.ts";
import { createDownstreamTask } from "../../../src/downstream/registry.ts";
import { taskUtility } from "../../../src/downstream/task-utility.ts";
import { openSandbox } from "../../../src/sandbox/open-sandbox.ts";
import { good } from "../../../test/downstream/solutions.ts";

/** The same two programs in both languages: a guess, and all 2^10 masks against all labels. */
const PYTHON_GUESS =
  "import random\ndef algorithm(train, labels, test):\n    return [random.randint(0, 1) for _ in test]\n";
const PYTHON_MASKS = `
def algorithm(train, labels, test):
    pack = lambda sample: sum(int(bit) << i for i, bit in enumerate(sample))
    packed, best, mask = [pack(sample) for sample in train], -1, 0
    labels = [int(label) for label in labels]
    for candidate in range(1 << len(train[0])):
        agree = sum((sample & candidate).bit_count() % 2 == label for sample, label in zip(packed, labels))
        if agree > best:
            best, mask = agree, candidate
    return [(pack(sample) & mask).bit_count() % 2 for sample in test]
`;

const [rounds = "15", python = "python3"] = process.argv.slice(2);
const sandbox = await openSandbox({ needs: ["module"] });
const task = createDownstreamTask("parity-noise");
const utility = taskUtility({ task, split: "validation", seed: 1, sandbox, calibration: await calibrate(sandbox) });
const rival = spawn(python, [new URL("rival.py", import.meta.url).pathname], { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: rival.stdout })[Symbol.asyncIterator]();

interface Answer {
  readonly numpy: boolean;
  readonly rows: readonly { readonly seconds: number; readonly score: number }[];
}

async function askRival(text: string): Promise<Answer> {
  rival.stdin.write(`${JSON.stringify([text])}\n`);
  return JSON.parse((await answers.next()).value as string) as Answer;
}

console.log(`tier ${sandbox.tier}, ${rounds} rounds, 20 instances per evaluation`);
for (const [name, own, theirs] of [
  ["guess", task.seedSolution, PYTHON_GUESS],
  ["all masks", good["parity-noise"] as string, PYTHON_MASKS],
] as const) {
  const times: { strop: number; rival: number }[] = [];
  let scores = "";
  for (let round = 0; round < Number(rounds); round++) {
    const startedAt = performance.now();
    const result = await utility.score(`${own}\n// ${round}`, new AbortController().signal);
    const strop = (performance.now() - startedAt) / 1000;
    const answer = await askRival(`${theirs}\n# ${round}`);
    times.push({ strop, rival: answer.rows[0]?.seconds ?? Number.NaN });
    scores = `score ${result.score.toFixed(3)}, rival's ${answer.rows[0]?.score.toFixed(3)}${answer.numpy ? " (numpy)" : " (lists)"}`;
  }
  const [ours, rivals] = [median(times.map((each) => each.strop)), median(times.map((each) => each.rival))];
  const ratio = median(times.map((each) => each.rival / each.strop));
  console.log(
    `${name}: strop ${(1 / ours).toFixed(1)}/s (median ${(ours * 1000).toFixed(1)} ms, least ${(Math.min(...times.map((each) => each.strop)) * 1000).toFixed(1)} ms), ` +
      `rival ${(1 / rivals).toFixed(1)}/s (${(rivals * 1000).toFixed(1)} ms), rival's time / strop's: ${ratio.toFixed(2)}; ${scores}`,
  );
}
rival.stdin.end();
await sandbox.close();

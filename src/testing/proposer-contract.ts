/**
 * What every proposer must do, as named checks for any test framework: `for (const { name, run } of proposerContract(create)) it(name, run)`.
 */
import assert from "node:assert/strict";

import { applyEdit } from "../core/edits/apply-edit.ts";
import { candidateId } from "../core/candidate.ts";
import type { ProgramFiles } from "../core/edit.ts";
import { createRandom } from "../core/numerics/random.ts";
import type { Proposal, Proposer, ProposerContext } from "../propose/types.ts";
import { type SimulatedRun, simulateRun } from "./simulate-run.ts";

export interface ContractCheck {
  /** A sentence about the proposer. */
  readonly name: string;
  /** Rejects with an AssertionError when it does not hold. */
  run(): Promise<void>;
}

const PYTHON = `import math

learning_rate = 0.01
momentum = 0.9
width = 64
schedule = "cosine"
nesterov = False

def rate(step, steps):
    if schedule == "cosine":
        return learning_rate * (0.5 + 0.5 * math.cos(math.pi * step / steps))
    elif schedule == "linear" and step > 10:
        return learning_rate * (1 - step / steps)
    return learning_rate

def forward(x):
    x = max(x, 0.1)
    x = x * 1.5
    return x
`;

const TYPESCRIPT = `export const options = { learningRate: 3e-4, betas: [0.9, 0.95], hidden: 1_024, café: "naïve 💥", dropout: 0.1 };
export function forward(x: number, scale = 0.5): number {
  let y = Math.max(x, scale);
  y = Math.tanh(y) + 0.25;
  return y;
}
`;

/** Programs that a proposer meets sooner or later; on any of them it may have nothing to say, but must not fail. */
const ODD: Readonly<Record<string, ProgramFiles>> = {
  "no files": {},
  "an empty file": { "main.py": "" },
  "one line without an end": { "main.py": "learning_rate = 0.1" },
  "a huge file": { "main.py": `${PYTHON}\n# ${"x".repeat(400_000)}\n` },
  "many literals": { "main.py": Array.from({ length: 300 }, (_, i) => `rate_${i} = 0.${(i % 9) + 1}\n`).join("") },
  "non-ASCII text": { "größe/主.py": "# 💥 été\nlernraté = 0.01; größe = 0.5\nλ = 0.3  # 💥\n" },
  "Windows line endings": { "main.py": PYTHON.replaceAll("\n", "\r\n") },
  "mixed line endings": { "main.py": "a_rate = 0.1\r\nb_rate = 0.2\nc_rate = 0.3\r\n" },
  "a byte order mark": { "main.py": `\ufeff${PYTHON}` },
  "a syntax error": { "main.py": `${PYTHON}\ndef broken(:\n` },
  "an unknown language": { "main.zig": "const rate = 0.1;\n", "data.bin": "\u0000\u0001" },
  "marked blocks": { "main.py": `# EVOLVE-BLOCK-START\n${PYTHON}# EVOLVE-BLOCK-END\n${PYTHON}` },
  "the same line many times": { "main.py": "rate = 0.1\n".repeat(40) },
};

const program: ProgramFiles = { "train.py": PYTHON, "model.ts": TYPESCRIPT };

/** The checks; `create` makes a proposer without state of its own. */
export function proposerContract(create: () => Proposer): readonly ContractCheck[] {
  const check = (name: string, run: () => Promise<void>): ContractCheck => ({ name, run });
  return [
    check("proposes the same for the same context and seed", () => sameForSame(create)),
    check("proposes edits that apply, to the program's files only, and describes them in one line", () =>
      editsApply(create),
    ),
    check("proposes nothing that was proposed before, running trials included", () => nothingTwice(create)),
    check("goes on after trials that failed", () => survivesFailures(create)),
    check("goes on from the journal exactly as if it had never stopped", () => resumes(create)),
    ...Object.entries(ODD).map(([what, files]) => check(`survives ${what}`, () => survives(create, files))),
  ];
}

/** A score that any program has, and that edits move. */
const textScore = (files: ProgramFiles): number =>
  createRandom(candidateId(files)).next() + Object.values(files).reduce((sum, text) => sum + text.length, 0) / 1e6;

const runOn = (create: () => Proposer, files: ProgramFiles, trials: number, parallel = 1): Promise<SimulatedRun> =>
  simulateRun({ proposer: create(), program: files, score: textScore, trials, seed: 7, parallel });

const propose = (proposer: Proposer, context: ProposerContext, seed: string): Promise<Proposal | null> =>
  proposer.propose({ ...context, random: createRandom(seed) }, new AbortController().signal);

async function sameForSame(create: () => Proposer): Promise<void> {
  const { context } = await runOn(create, program, 12);
  const proposer = create();
  const first = await propose(proposer, context, "a");
  await propose(proposer, context, "b");
  assert.deepEqual(await propose(proposer, context, "a"), first);
  assert.deepEqual(await propose(create(), context, "a"), first);
}

async function editsApply(create: () => Proposer): Promise<void> {
  const { history, context } = await runOn(create, program, 24);
  assert.ok(
    history.length > 12,
    `expected proposals for a program full of things to change, found ${history.length - 1}`,
  );
  for (const { edit, description, parent } of history.slice(1)) {
    assert.ok(edit !== null && parent !== null);
    const result = applyEdit(context.program(parent), edit, (path) => path in program);
    assert.ok(
      result.ok && result.repairs.length === 0,
      `expected an edit that needs no repair, found: ${result.ok ? result.repairs.join() : result.reason}`,
    );
    assert.deepEqual(Object.keys(result.files).sort(), Object.keys(program).sort());
    assert.match(description, /^\P{Cc}{3,400}$/u);
  }
}

async function nothingTwice(create: () => Proposer): Promise<void> {
  for (const parallel of [1, 3]) {
    const { history } = await runOn(create, { "main.py": "momentum = 0.5\nnesterov = True\n" }, 30, parallel);
    const candidates = history.map(({ candidate }) => candidate);
    assert.equal(new Set(candidates).size, candidates.length);
  }
}

async function survivesFailures(create: () => Proposer): Promise<void> {
  const baseline = candidateId(program);
  const score = (files: ProgramFiles) => (candidateId(files) === baseline ? 1 : null);
  const { history } = await simulateRun({ proposer: create(), program, score, trials: 24, seed: 3 });
  assert.ok(history.length > 12, `expected proposals after failures, found ${history.length - 1}`);
}

async function resumes(create: () => Proposer): Promise<void> {
  const { history, context } = await runOn(create, program, 20);
  const stored = { ...context, history: JSON.parse(JSON.stringify(history)) as ProposerContext["history"] };
  assert.deepEqual(await propose(create(), stored, "next"), await propose(create(), context, "next"));
}

async function survives(create: () => Proposer, files: ProgramFiles): Promise<void> {
  const { history, context } = await runOn(create, files, 4);
  for (const { edit, parent } of history.slice(1)) {
    assert.ok(edit !== null && parent !== null);
    assert.ok(applyEdit(context.program(parent), edit, (path) => path in files).ok);
  }
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Json } from "../../../../src/core/json.ts";
import { NO_DIAGNOSTICS } from "../../../../src/executor/outcome.ts";
import { checkpointsIn } from "../../../../src/loop/reprogram/checkpoints.ts";
import { codeCorpus } from "../../../../src/loop/reprogram/writer/code-corpus.ts";
import type { Earned, WritingPlace } from "../../../../src/loop/reprogram/experiment.ts";
import { openBackend } from "../../../../src/loop/reprogram/open-backend.ts";
import { selfSettings } from "../../../../src/loop/reprogram/presets.ts";
import { rewardWriter, type RewardUpdate } from "../../../../src/loop/reprogram/writer/reward-writer.ts";
import type { RewardSettings } from "../../../../src/loop/reprogram/writer/reward-settings.ts";
import { sourceReward } from "../../../../src/loop/reprogram/writer/source-reward.ts";
import { createCodeModel, type CodeModel } from "../../../../src/reprogram/code-model/code-model.ts";
import { loadCodeModel } from "../../../../src/reprogram/code-model/load.ts";
import { transformerFamily } from "../../../../src/reprogram/families/transformer.ts";
import { freshFolder } from "../../../fresh-folder.ts";

const LONG = { timeout: 300_000 };

const backend = await openBackend({ name: "native", threads: 1 });
const settings = selfSettings("tiny", {
  arm: "model",
  learn: "ppo",
  seed: 1,
  backend: { name: "native", threads: 1 },
  pruner: "none",
  candidates: 4,
  samples: 32,
});
const learning = settings.learning as RewardSettings;
const corpus = codeCorpus(transformerFamily, settings);
const source = "dense";

let model: CodeModel;
beforeAll(async () => {
  const design = {
    model: { kind: "transformer", encoderLayers: 1, decoderLayers: 1, heads: 2, feedForward: 16 },
  } as const;
  model = await createCodeModel(design, corpus.tokenizer, { backend, scale: "tiny", seed: 1, length: 8 });
});
afterAll(() => model.close());

/** A journal's worth: parts that survive a session, and checkpoints in a folder. */
interface Kept {
  readonly folder: string;
  readonly parts: Map<string, Json>;
}
const fresh = (): Kept => {
  const folder = freshFolder();
  return { folder, parts: new Map() };
};

/** Three rounds; a new session begins before each of `restarts`, and one that is `killed` there loses the part under way. */
async function play(
  kept: Kept,
  {
    restarts = [],
    killed = -1,
    known = [],
  }: { restarts?: readonly number[]; killed?: number; known?: readonly string[] } = {},
) {
  const checkpoints = checkpointsIn(kept.folder);
  const open = () => rewardWriter({ settings, corpus, backend, checkpoints, learning });
  let writer = open();
  let before: Earned[] = [];
  const texts: string[][] = [];
  for (let round = 0; round < 3; round++) {
    if (restarts.includes(round)) {
      await writer.close();
      writer = open();
    }
    let isLost = round === killed;
    const once = async <T extends Json>(part: string, work: () => Promise<T>): Promise<T> => {
      if (kept.parts.has(part)) return kept.parts.get(part) as T;
      const value = await work();
      if (isLost) throw new Error("killed");
      kept.parts.set(part, JSON.parse(JSON.stringify(value)) as Json);
      return value;
    };
    const place: WritingPlace = { iteration: 1, index: 4 * round + 1, count: 4, known, before };
    const stage = { trial: round, parts: { once }, earlier: () => undefined, report: () => {} };
    const write = () =>
      writer.write(model, { source, place, stage: { ...stage, signal: new AbortController().signal } });
    if (isLost) {
      await expect(write()).rejects.toThrow("killed");
      await writer.close();
      writer = open();
      isLost = false;
    }
    const written = await write();
    texts.push(written.map(({ text }) => text));
    before = written.map(({ notes }, i) => ({
      notes: JSON.parse(JSON.stringify(notes)) as Json,
      reward: i % 2 === 0 ? 1 : -1,
      isValid: true,
    }));
  }
  await writer.close();
  return texts;
}

const updatesOf = ({ parts }: Kept) =>
  [...parts.values()].map((value) => ({ ...(value as RewardUpdate), cpuSeconds: 0 }));

describe("writing with what was learned from rewards", () => {
  it("is the same after a kill in the middle of an update and after restarts", LONG, async () => {
    const [whole, killed, restarted] = [fresh(), fresh(), fresh()];
    const texts = await play(whole);
    expect(await play(killed, { killed: 2 })).toEqual(texts);
    expect(await play(restarted, { restarts: [1, 2] })).toEqual(texts);
    const updates = updatesOf(whole);
    expect(updates).toHaveLength(2);
    expect(updates.every(({ epochs, decisions, kl }) => epochs > 0 && decisions > 0 && kl > 0)).toBe(true);
    expect(updates.map(({ meanReward, valid }) => [meanReward, valid])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    for (const other of [killed, restarted]) expect(updatesOf(other)).toEqual(updates);
    const merged = await checkpointsIn(whole.folder).load("policy-model");
    const loaded = await loadCodeModel(merged, { backend });
    expect(loaded.length).toBe(model.length);
    await loaded.close();
  });
});

describe("a text that was there before", () => {
  it("is drawn again, and teaches beside the sources that are measured", LONG, async () => {
    const [all, some] = [fresh(), fresh()];
    const [first = []] = await play(all);
    const [again = []] = await play(some, { known: first.slice(0, 2) });
    expect(again.slice(0, 2)).toEqual(first.slice(2));
    expect(new Set([...first, ...again])).toHaveLength(6);
    const [before, after] = [all, some].map((kept) => updatesOf(kept)[0] as RewardUpdate);
    expect(after?.decisions).toBeGreaterThan(before?.decisions ?? Infinity);
    expect(after?.meanReward).toBe(0);
  });
});

describe("what a source earns", () => {
  const outcome = { reason: "", selfReported: false, metrics: {}, diagnostics: NO_DIAGNOSTICS } as const;
  it.each([
    [
      "gain of an eighth of a loss",
      { ...outcome, status: "scored", score: 3.5 },
      { direction: "minimize", parent: 4 },
      0.5,
    ],
    [
      "loss of an eighth of an accuracy",
      { ...outcome, status: "scored", score: 0.7 },
      { direction: "maximize", parent: 0.8 },
      -0.5,
    ],
    ["gain beyond measure", { ...outcome, status: "scored", score: 1e9 }, { direction: "maximize", parent: 0.8 }, 1],
    [
      "hopeless start",
      { ...outcome, status: "stopped-early", score: null },
      { direction: "minimize", parent: 4 },
      -0.5,
    ],
    [
      "text that is no program",
      { ...outcome, status: "invalid", score: null },
      { direction: "minimize", parent: 4 },
      -1,
    ],
    [
      "loss that became no number",
      { ...outcome, status: "crashed", score: null },
      { direction: "minimize", parent: 4 },
      -1,
    ],
  ] as const)("is right for a %s", (_, one, options, reward) => {
    expect(sourceReward(one, options)).toBeCloseTo(reward);
  });
});

it("rewards are learned from only where the code model writes", () => {
  const choices = { seed: 1, backend: { name: "native", threads: 1 }, pruner: "none", learn: "ppo" } as const;
  expect(() => selfSettings("tiny", { ...choices, arm: "random" })).toThrow("expected --arm model");
  expect(selfSettings("small", { ...choices, arm: "model" }).learning?.round).toBe(4);
  expect(selfSettings("small", { ...choices, arm: "model", candidates: 6 }).learning?.round).toBe(6);
});

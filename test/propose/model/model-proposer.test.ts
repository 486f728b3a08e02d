import { describe, expect, it } from "vitest";

import { memoryBook } from "../../models/memory-book.ts";
import type { LanguageModel } from "../../../src/models/types.ts";
import { type ModelDetail, modelDetail } from "../../../src/propose/model/detail.ts";
import { greedyModel } from "../../../src/propose/model/greedy.ts";
import { modelProposer, modelTroubles } from "../../../src/propose/model/model-proposer.ts";
import { promptForNext } from "../../../src/propose/model/prompt-for-next.ts";
import type { Proposal, Proposer, ProposerContext } from "../../../src/propose/types.ts";
import { trialRecord } from "./records.ts";
import {
  afterProposal,
  block,
  contextOf,
  fails,
  gatewayOf,
  noSignal,
  scriptedModel,
  settings,
  tuner,
} from "./scripted.ts";

const program = { "main.py": "rate = 0.1\nsteps = 10\n", "util.py": "half = 0.5\n" };
const good = (rate: number): string => `Idea: rate ${rate}\n\nmain.py\n${block("rate = 0.1", `rate = ${rate}`)}`;
const bad = `Idea: speed\n\nmain.py\n${block("speed = 1", "speed = 2")}`;
const ask = { model: "scripted", temperature: 0.5 };
const choose = () => ask;

async function proposed(proposer: Proposer, context: ProposerContext): Promise<Proposal> {
  const proposal = await proposer.propose(context, noSignal());
  if (proposal === null) throw new Error("expected a proposal, found null");
  return proposal;
}

const detailOf = (proposal: Proposal): ModelDetail | null => modelDetail(proposal.detail);

const proposerOf = (models: readonly LanguageModel[], changes: Partial<typeof settings> = {}, book = memoryBook()) =>
  modelProposer({ gateway: gatewayOf(models, book).gateway, choose, settings: { ...settings, ...changes } });

describe("a proposal of a model", () => {
  it("is the edit of its answer, described by its idea, with the exchange in its notes", async () => {
    const model = scriptedModel(() => [good(0.2)]);
    const proposal = await proposed(proposerOf([model]), await contextOf(program));
    expect(proposal).toMatchObject({
      description: "rate 0.2",
      detail: { exchange: 0, answer: 0, model: "scripted", temperature: 0.5 },
      edit: { kind: "search-replace", blocks: [{ path: "main.py", search: "rate = 0.1\n", replace: "rate = 0.2\n" }] },
    });
    expect(proposal.problem).toBeUndefined();
    expect(model.requests[0]).toMatchObject({ samples: 1, temperature: 0.5 });
  });

  it("is the first answer that applies and was not tried, of several", async () => {
    const context = await contextOf(program);
    const tried = afterProposal(context, await proposed(proposerOf([scriptedModel(() => [good(0.2)])]), context), 2);
    const proposer = proposerOf([scriptedModel(() => [bad, good(0.2), good(0.3)])], { samples: 3 });
    // The earlier trial's exchange is of another book, so it says nothing about these answers.
    const proposal = await proposed(proposer, {
      ...tried,
      history: tried.history.map((one) => ({ ...one, detail: null })),
    });
    expect(proposal.description).toBe("rate 0.3");
    expect(detailOf(proposal)?.answer).toBe(2);
  });

  it.each(["<think>\n", ""])("leaves out what a model thinks aloud after %j", async (opening) => {
    const model = scriptedModel(() => [`${opening}Perhaps\nmain.py\n${bad}\n</think>\n${good(0.3)}`]);
    const proposal = await proposed(proposerOf([model]), await contextOf(program));
    expect(proposal.description).toBe("rate 0.3");
    expect(detailOf(proposal)?.repairs).toContain("reasoning left out");
  });

  it("needs a program with files", async () => {
    const model = scriptedModel(() => [good(1)]);
    expect(await proposerOf([model]).propose(await contextOf({}), noSignal())).toBeNull();
    expect(model.requests).toEqual([]);
  });

  it("is none when the user interrupts", async () => {
    const stop = new AbortController();
    const model = scriptedModel(() => {
      stop.abort();
      return [good(0.2)];
    });
    expect(await proposerOf([model]).propose(await contextOf(program), stop.signal)).toBeNull();
  });
});

describe("answers that were paid for", () => {
  it("are used before the model is asked again, as long as the champion is the same", async () => {
    const model = scriptedModel((_request, call) => [0.2, 0.3, 0.4].map((rate) => good(rate + call)));
    const proposer = proposerOf([model], { samples: 3 });
    let context = await contextOf(program);
    const seen: string[] = [];
    for (let i = 0; i < 5; i++) {
      const proposal = await proposed(proposer, context);
      const detail = detailOf(proposal);
      seen.push(`${detail?.exchange}/${detail?.answer}`);
      context = afterProposal(context, proposal, 2);
    }
    expect(seen).toEqual(["0/0", "0/1", "0/2", "1/0", "1/1"]);
    expect(model.requests).toHaveLength(2);
  });

  it("are left when the champion has changed", async () => {
    const model = scriptedModel((_request, call) =>
      call === 0 ? [good(0.2), good(0.3)] : [`main.py\n${block("steps = 10", "steps = 20")}`],
    );
    const proposer = proposerOf([model], { samples: 2 });
    const context = await contextOf(program);
    const kept = afterProposal(context, await proposed(proposer, context), 0.5);
    expect(kept.champion.trial).toBe(1);
    expect(detailOf(await proposed(proposer, kept))).toMatchObject({ exchange: 1, answer: 0 });
  });

  it("are not asked for twice by a run that was killed between the answer and the trial", async () => {
    const [model, book] = [scriptedModel((_request, call) => [good(0.2 + call), good(0.3 + call)]), memoryBook()];
    const context = await contextOf(program);
    const create = () => proposerOf([model], { samples: 2 }, book);
    const first = await proposed(create(), context);
    expect(await proposed(create(), context)).toEqual(first);
    const later = afterProposal(context, first, 2);
    const second = await proposed(create(), later);
    expect(await proposed(create(), later)).toEqual(second);
    expect(model.requests).toHaveLength(1);
  });
});

describe("an invalid edit", () => {
  it("is shown to its author with the reason, a bounded number of times in a row", async () => {
    const model = scriptedModel(() => [bad]);
    const proposer = proposerOf([model], { resamples: 2 });
    let context = await contextOf(program);
    const resamples: (number | undefined)[] = [];
    for (let i = 0; i < 5; i++) {
      const proposal = await proposed(proposer, context);
      resamples.push(detailOf(proposal)?.resample);
      context = afterProposal(context, proposal, 2);
    }
    expect(resamples).toEqual([undefined, 1, 2, undefined, 1]);
    const [first, second, third] = model.requests.map(({ messages }) => messages);
    expect(second?.slice(0, 2)).toEqual(first);
    expect(second?.[2]).toEqual({ role: "assistant", content: bad });
    expect(second?.[3]?.content).toMatch(/^That edit was not accepted: "main\.py: .*speed = 1/);
    expect(third).toHaveLength(6);
  });

  it("is asked for with one answer, by the same model at the same temperature", async () => {
    const model = scriptedModel((_request, call) => (call === 0 ? [bad, bad] : [good(0.2)]));
    const proposer = proposerOf([model], { samples: 2 });
    const context = await contextOf(program);
    const corrected = await proposed(proposer, afterProposal(context, await proposed(proposer, context), 2));
    expect(corrected.description).toBe("rate 0.2");
    expect(model.requests[1]).toMatchObject({ samples: 1, temperature: 0.5 });
  });

  it("is forgotten once the champion has changed", async () => {
    const model = scriptedModel((_request, call) => (call === 0 ? [bad] : [good(0.2)]));
    const proposer = proposerOf([model]);
    const context = await contextOf(program);
    const invalid = afterProposal(context, await proposed(proposer, context), 2);
    const other = { "main.py": "rate = 0.1\nsteps = 11\n", "util.py": "" };
    const champion = { candidate: "other", score: 0.5, trial: 2 };
    await proposed(proposer, {
      ...invalid,
      trial: 3,
      champion,
      program: (id) => (id === "other" ? other : context.program(id)),
    });
    expect(model.requests[1]?.messages).toHaveLength(2);
  });

  it("ends a model's part after eight questions with nothing but nonsense, and says so", async () => {
    const model = scriptedModel(() => ["I would rather talk about the weather."]);
    const { gateway } = gatewayOf([model]);
    const options = { gateway, choose, settings: { ...settings, resamples: 1 } };
    const proposer = modelProposer(options);
    let context = await contextOf(program);
    for (let i = 0; i < 16; i++) context = afterProposal(context, await proposed(proposer, context), 2);
    expect(await proposer.propose(context, noSignal())).toBeNull();
    expect(modelTroubles(context, options)).toEqual([
      expect.stringMatching(/^scripted: none of its last 16 answers held a valid edit; the last: expected SEARCH/),
    ]);
    expect(await proposer.propose({ ...context, trial: 60 }, noSignal())).not.toBeNull();
  });
});

describe("a model that fails", () => {
  const down = (kind: Parameters<typeof fails>[0], isPassing = true) => scriptedModel(() => fails(kind, isPassing));

  it.each(["unreachable", "timed-out", "rate-limited", "bad-response", "server-error"] as const)(
    "%s: leaves the trial to the next model, with a note",
    async (kind) => {
      const other = scriptedModel(() => [good(0.2)], { name: "other" });
      const proposal = await proposed(proposerOf([down(kind), other]), await contextOf(program));
      expect(detailOf(proposal)).toMatchObject({ model: "other", notes: [`scripted: it failed: ${kind}`] });
    },
  );

  it("passes its turn when there is no other, and says why", async () => {
    const { gateway } = gatewayOf([down("unauthorized", false)]);
    const context = await contextOf(program);
    const options = { gateway, choose, settings };
    expect(await modelProposer(options).propose(context, noSignal())).toBeNull();
    expect(modelTroubles(context, options)).toEqual(["scripted: it failed: unauthorized"]);
  });

  it("rests, longer with every failure, while others propose, and is back once it answers", async () => {
    let isDown = true;
    const model = scriptedModel(() => (isDown ? fails("unreachable") : [good(0.2)]));
    const proposer = proposerOf([model]);
    const context = await contextOf(program);
    const askedAt: number[] = [];
    for (let trial = 1; trial <= 63; trial++) {
      isDown = trial < 40;
      const before = model.requests.length;
      await proposer.propose({ ...context, trial }, noSignal());
      if (model.requests.length > before) askedAt.push(trial);
    }
    expect(askedAt).toEqual([1, 3, 7, 15, 31, 63]);
  });

  it("is asked at once when the run is started again on the trial that failed", async () => {
    let isDown = true;
    const model = scriptedModel(() => (isDown ? fails("unreachable") : [good(0.2)]));
    const proposer = proposerOf([model]);
    const context = await contextOf(program);
    expect(await proposer.propose(context, noSignal())).toBeNull();
    isDown = false;
    expect((await proposed(proposer, context)).description).toBe("rate 0.2");
  });

  it("is the last resort while it rests", async () => {
    let secondIsDown = false;
    const first = scriptedModel(() => fails("unreachable"));
    const second = scriptedModel(() => (secondIsDown ? fails("timed-out") : [good(0.2)]), { name: "other" });
    const proposer = proposerOf([first, second]);
    const context = await contextOf(program);
    const later = afterProposal(context, await proposed(proposer, context), 2);
    secondIsDown = true;
    expect(first.requests).toHaveLength(1);
    expect(await proposer.propose(later, noSignal())).toBeNull();
    expect([first.requests.length, second.requests.length]).toEqual([2, 2]);
    expect(await proposer.propose({ ...later, trial: 3 }, noSignal())).toBeNull();
    expect([first.requests.length, second.requests.length]).toEqual([2, 2]);
  });

  it("is asked again with half the prompt when that was too long, now and later", async () => {
    const history = Array.from({ length: 60 }, (_, trial) =>
      trialRecord({ trial, status: "crashed", reason: "why ".repeat(80) }),
    );
    const model = scriptedModel((request) =>
      (request.messages[1]?.content.length ?? 0) > 9_000 ? fails("context-overflow") : [good(0.2)],
    );
    const proposer = proposerOf([model]);
    const context = { ...(await contextOf(program)), history, trial: 60 };
    const proposal = await proposed(proposer, context);
    const lengths = model.requests.map(({ messages }) => messages[1]?.content.length ?? 0);
    expect(lengths[0]).toBeGreaterThan(9_000);
    expect(lengths.at(-1)).toBeLessThanOrEqual(9_000);
    expect(detailOf(proposal)?.notes?.[0]).toBe("scripted: it failed: context-overflow");
    expect(detailOf(proposal)?.notes?.at(-1)).toContain("experiments are shortened");
    const asked = model.requests.length;
    await proposed(proposer, afterProposal(context, proposal, 2));
    expect(model.requests).toHaveLength(asked + 1);
  });

  it("is given up when even the bare program is too long for it", async () => {
    const model = scriptedModel(() => fails("context-overflow"));
    expect(await proposerOf([model]).propose(await contextOf(program), noSignal())).toBeNull();
    expect(model.requests.length).toBeLessThanOrEqual(3);
  });
});

describe("the greedy model", () => {
  it("sees the champion and the last trial only", async () => {
    const model = scriptedModel(tuner);
    const proposer = greedyModel({
      gateway: gatewayOf([model]).gateway,
      model: "scripted",
      temperature: 0.7,
      settings,
    });
    let context = await contextOf(program);
    for (let i = 0; i < 4; i++) context = afterProposal(context, await proposed(proposer, context), 2);
    const text = model.requests[3]?.messages[1]?.content ?? "";
    expect([...text.matchAll(/^## Trial (\d+)/gm)].map((match) => match[1])).toEqual(["3"]);
    expect(model.requests.every(({ temperature, samples }) => temperature === 0.7 && samples === 1)).toBe(true);
  });
});

describe("the prompt for the next proposal", () => {
  it("is exactly what the model is then asked, and asks nothing itself", async () => {
    const model = scriptedModel(() => [good(0.2)]);
    const options = { gateway: gatewayOf([model]).gateway, choose, settings };
    const context = await contextOf(program, { agenda: "Be bold." });
    const next = promptForNext(context, options);
    expect(model.requests).toEqual([]);
    await proposed(modelProposer(options), context);
    expect(model.requests[0]?.messages).toEqual(next?.messages);
    expect(next).toMatchObject({ ask, spare: null, notes: [], resample: 0 });
  });

  it("says when an answer that was paid for comes first, and shows the conversation after an invalid edit", async () => {
    const model = scriptedModel(() => [good(0.2), good(0.3)]);
    const options = { gateway: gatewayOf([model]).gateway, choose, settings: { ...settings, samples: 2 } };
    const context = await contextOf(program);
    const later = afterProposal(context, await proposed(modelProposer(options), context), 2);
    expect(promptForNext(later, options)?.spare).toEqual({ exchange: 0, answer: 1 });
    const talker = { ...options, gateway: gatewayOf([scriptedModel(() => [bad])]).gateway };
    const invalid = afterProposal(context, await proposed(modelProposer(talker), context), 2);
    expect(promptForNext(invalid, talker)).toMatchObject({ resample: 1, spare: null });
    expect(promptForNext(invalid, talker)?.messages).toHaveLength(4);
  });
});

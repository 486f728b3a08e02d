import { describe, expect, it } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import type { ModelAnswer } from "../../../src/core/exchange.ts";
import { modelProposer } from "../../../src/propose/model/model-proposer.ts";
import type { Proposal } from "../../../src/propose/types.ts";
import { block, contextOf, gatewayOf, noSignal, scriptedModel, settings } from "./scripted.ts";

const program = { "main.py": "rate = 0.1\nsteps = 10\n" };
const edit = `Idea: faster\n\nmain.py\n${block("rate = 0.1", "rate = 0.2")}`;

async function answered(answer: string | ModelAnswer): Promise<Proposal> {
  const { gateway } = gatewayOf([scriptedModel(() => [answer])]);
  const proposer = modelProposer({ gateway, choose: () => ({ model: "scripted", temperature: undefined }), settings });
  const proposal = await proposer.propose(await contextOf(program), noSignal());
  if (proposal === null) throw new Error("expected a proposal, found null");
  expect(proposal.description).toMatch(/^\P{Cc}{3,400}$/u);
  return proposal;
}

describe("an answer that is no edit", () => {
  it.each<[string, string | ModelAnswer, RegExp]>([
    ["empty", "", /the answer is empty/],
    ["white space", " \n\t\n", /the answer is empty/],
    ["a refusal", { text: "I cannot help with that.", finish: "refusal" }, /refused/],
    ["a refusal in so many words", "I'm sorry, but I can't help with that.", /found none/],
    ["cut off in the middle of a block", { text: edit.slice(0, -20), finish: "length" }, /cut off/],
    ["cut off after one of several blocks", { text: edit, finish: "length" }, /cut off/],
    ["reasoning until the limit", { text: "", finish: "length" }, /by reasoning alone.*larger `maxOutputTokens`/],
    ["thoughts until the limit", { text: `<think>\n${edit}`, finish: "length" }, /by reasoning alone/],
    ["a block without its end", edit.replace(">>>>>>> REPLACE\n", ""), /REPLACE/],
    ["nothing but thoughts", `<think>\n${edit}`, /nothing but reasoning/],
    ["ten megabytes of talk", "la ".repeat(3_500_000), /10500000 characters/],
    ["ten megabytes around an edit", `${edit}${"\n# more".repeat(1_500_000)}`, /characters/],
    ["binary", String.fromCharCode(...Array.from({ length: 2_000 }, (_, i) => i % 256)), /found none/],
  ])("%s: is a proposal with a problem", async (_what, answer, problem) => {
    const proposal = await answered(answer);
    expect(proposal.edit).toBeNull();
    expect(proposal.problem).toMatch(problem);
  });
});

describe("an answer that may not be applied", () => {
  it.each([
    ["the environment", `prepare.py\n${block("", "cheat = 1")}`],
    ["a file outside of the folder", `../../etc/hosts.conf\n${block("", "root")}`],
    ["an absolute path", `/etc/passwd\n${block("", "root")}`],
    ["the journal", `.strop/run-001/journal.db\n${block("", "x")}`],
    ["the environment beside the program", `${edit}\nprepare.py\n${block("", "cheat = 1")}`],
  ])("edits %s: is refused as a whole", async (_what, answer) => {
    const proposal = await answered(answer);
    const result = proposal.edit && applyEdit(program, proposal.edit, (path) => path in program);
    expect(result?.ok ?? false).toBe(false);
    expect(proposal.problem ?? (result?.ok === false ? result.reason : "")).toMatch(
      /not part of the program|leaves the|absolute|lies in|main\.py: an empty SEARCH/,
    );
  });

  it.each([
    ["a null byte", "\u0000", "U+0000"],
    ["an escape sequence", "\u001b[2J", "U+001B"],
    ["a mark that reverses the text", "\u202e", "U+202E"],
    ["a deletion", "\u007f", "U+007F"],
  ])("writes %s into the program: is a problem", async (_what, character, name) => {
    const proposal = await answered(`Idea: x\n\nmain.py\n${block("rate = 0.1", `rate = 0.2 # ${character}`)}`);
    expect(proposal.problem).toBe(`the edit puts the control character ${name} into main.py`);
  });
});

describe("an answer that states no idea", () => {
  const changed = block("rate = 0.1", "rate = 0.2");
  it.each([
    ["--- main.py\n+++ main.py\n@@ @@\n-rate = 0.1\n+rate = 0.2\n", "an edit without a stated idea"],
    [`Sure!\n\nA faster rate, doubled.\n\nmain.py\n${changed}`, "A faster rate, doubled."],
    [`学习率加倍\n\nmain.py\n${changed}`, "学习率加倍"],
  ])("is described by its prose, and not by its edit: %#", async (answer, description) => {
    expect((await answered(answer)).description).toBe(description);
  });
});

describe("an answer with oddities around a good edit", () => {
  it.each([
    [
      "control characters in the idea",
      `Idea: fas\u0000ter\u001b[31m\r\n\nmain.py\n${block("rate = 0.1", "rate = 0.2")}`,
      "faster",
    ],
    ["a bold idea", `**Idea:** faster **now**\n\nmain.py\n${block("rate = 0.1", "rate = 0.2")}`, "faster **now"],
    ["no idea", `main.py\n${block("rate = 0.1", "rate = 0.2")}`, "an edit without a stated idea"],
    [
      "a huge idea",
      `Idea: ${"very ".repeat(1_000)}\n\nmain.py\n${block("rate = 0.1", "rate = 0.2")}`,
      /^(?:very )+.{0,5}…$/,
    ],
    ["Windows line endings", edit.replaceAll("\n", "\r\n"), "faster"],
    ["prose around", `Sure! Here is it.\n\n${edit}\nHope it helps.`, "faster"],
  ])("%s: still applies", async (_what, answer, description) => {
    const proposal = await answered(answer);
    expect(proposal.problem).toBeUndefined();
    expect(proposal.edit && applyEdit(program, proposal.edit, (path) => path in program)).toMatchObject({
      ok: true,
      files: { "main.py": "rate = 0.2\nsteps = 10\n" },
    });
    expect(proposal.description).toMatch(description);
  });
});

import { describe, expect, it } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import { candidateId } from "../../../src/core/candidate.ts";
import type { Edit, ProgramFiles, SearchReplaceBlock } from "../../../src/core/edit.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import { bareLines } from "../../../src/core/edits/text-lines.ts";
import { modelProposer } from "../../../src/propose/model/model-proposer.ts";
import { fuzzedAnswer, program } from "./mutate.ts";
import { afterProposal, contextOf, gatewayOf, noSignal, scriptedModel, settings } from "./scripted.ts";

const ANSWERS = 10_000;
const inScope = (path: string): boolean => Object.hasOwn(program, path);

describe(`${ANSWERS} fuzzed answers`, () => {
  it("never throw, never change anything but the program, and never apply where it is not clear where", async () => {
    const context = await contextOf(program);
    const random = createRandom("fuzzed answers");
    const counts = { applied: 0, refused: 0, problems: 0 };
    for (let i = 0; i < ANSWERS; i++) {
      const answer = fuzzedAnswer(random);
      const { gateway } = gatewayOf([scriptedModel(() => [answer])]);
      const proposer = modelProposer({
        gateway,
        choose: () => ({ model: "scripted", temperature: undefined }),
        settings,
      });
      const proposal = await proposer.propose(context, noSignal());
      expect(proposal?.description).toMatch(/^\P{Cc}{3,400}$/u);
      expect(JSON.parse(JSON.stringify(proposal))).toEqual(proposal);
      const edit = proposal?.edit ?? null;
      if (edit === null || proposal?.problem !== undefined) {
        expect(proposal?.problem).toMatch(/\S/);
        counts.problems++;
        continue;
      }
      const result = applyEdit(program, edit, inScope);
      if (!result.ok) counts.refused++;
      else {
        counts.applied++;
        expect(
          Object.keys(result.files).filter((path) => !inScope(path)),
          answer,
        ).toEqual([]);
        expect(candidateId(result.files)).not.toBe(candidateId(program));
        expectClearPlaces(program, edit, answer);
      }
    }
    // The fuzz reaches all three ends often: a check that never met an edit would prove nothing.
    expect(Math.min(counts.applied, counts.refused, counts.problems), JSON.stringify(counts)).toBeGreaterThan(
      ANSWERS / 20,
    );
  }, 120_000);
});

describe("a run on fuzzed answers", () => {
  it("goes on, one trial per answer, and asks no more often than there are trials", async () => {
    const random = createRandom("fuzzed runs");
    for (let run = 0; run < 40; run++) {
      const model = scriptedModel(({ samples }) => Array.from({ length: samples }, () => fuzzedAnswer(random)));
      const options = { gateway: gatewayOf([model]).gateway, choose: () => ({ model: "scripted", temperature: 1 }) };
      const proposer = modelProposer({ ...options, settings: { ...settings, samples: 1 + (run % 3) } });
      let context = await contextOf(program);
      for (let trial = 1; trial <= 12; trial++) {
        const proposal = await proposer.propose(context, noSignal());
        if (proposal === null) throw new Error("expected a proposal, found null");
        context = afterProposal(context, proposal, 1.01 - random.next() / 20);
      }
      expect(model.requests.length).toBeLessThanOrEqual(12);
      expect(Object.keys(context.program(context.champion.candidate)).every(inScope)).toBe(true);
    }
  });
});

/** Block by block: the lines to find stand in one place only, exactly or but for white space at their ends. */
function expectClearPlaces(files: ProgramFiles, edit: Edit, answer: string): void {
  if (edit.kind !== "search-replace") return;
  let now = files;
  for (const one of edit.blocks) {
    const exact = places(now, one, (line) => line);
    const nearly = exact > 0 ? exact : places(now, one, (line) => line.trimEnd());
    expect(nearly, `${JSON.stringify(one)} in:\n${answer}`).toBeLessThanOrEqual(1);
    const next = applyEdit(now, { kind: "search-replace", blocks: [one] }, inScope);
    if (!next.ok) return;
    now = next.files;
  }
}

function places(files: ProgramFiles, { path, search }: SearchReplaceBlock, as: (line: string) => string): number {
  const wanted = bareLines(search).map(as);
  if (wanted.length === 0) return 0;
  return Object.entries(files)
    .filter(([name]) => path === "" || name === path)
    .flatMap(([, text]) => {
      const have = bareLines(text).map(as);
      return have.filter((_line, at) => wanted.every((line, i) => line === have[at + i]));
    }).length;
}

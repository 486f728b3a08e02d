import fc from "fast-check";
import { expect, test } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import { parseEdit } from "../../../src/core/edits/parse-edit.ts";
import { BLOCK_MUTATIONS } from "../../../bench/edits/block-mutations.ts";
import { DIFF_MUTATIONS } from "../../../bench/edits/diff-mutations.ts";
import { meantEdits } from "../../../bench/edits/meant-edits.ts";
import { REFUSALS } from "../../../bench/edits/refusals.ts";
import { WHOLE_MUTATIONS } from "../../../bench/edits/whole-mutations.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";

const meant = meantEdits(6, 77);

const outcome = (program: ProgramFiles, answer: string, inScope: (path: string) => boolean): ProgramFiles | string => {
  const parsed = parseEdit(answer, Object.keys(program));
  if (!parsed.ok) return parsed.reason;
  const applied = applyEdit(program, parsed.edit, inScope);
  return applied.ok ? applied.files : applied.reason;
};

const mutations = [
  ...Object.entries(BLOCK_MUTATIONS).map(([kind, mutation]) => [`block: ${kind}`, mutation] as const),
  ...Object.entries(DIFF_MUTATIONS).map(([kind, mutation]) => [`diff: ${kind}`, mutation] as const),
  ...Object.entries(WHOLE_MUTATIONS).map(([kind, mutation]) => [`whole file: ${kind}`, mutation] as const),
];

test.each(mutations)("a well-meant edit, %s, gives the intended bytes or is refused", (kind, mutation) => {
  for (const edit of meant) {
    const made = mutation(edit, createRandom(kind));
    if (made === null) continue;
    const intended = made.intended ?? edit.intended;
    const result = outcome(made.program ?? edit.program, made.answer, (path) => path in intended);
    expect(typeof result === "string" ? intended : result).toEqual(intended);
  }
});

test("nearly all well-meant edits apply", () => {
  const results = mutations.flatMap(([kind, mutation]) =>
    meant.flatMap((edit) => {
      const made = mutation(edit, createRandom(kind));
      return made === null ? [] : [outcome(made.program ?? edit.program, made.answer, () => true)];
    }),
  );
  expect(results.length).toBeGreaterThan(200);
  expect(results.filter((result) => typeof result !== "string").length / results.length).toBeGreaterThan(0.97);
});

test.each(REFUSALS.map(([notation, kind, mutation]) => [`${notation}: ${kind}`, mutation] as const))(
  "an edit of which it is not certain what it means is refused: %s",
  (kind, mutation) => {
    for (const edit of meant) {
      const made = mutation(edit, createRandom(kind));
      if (made === null) continue;
      const program = made.program ?? edit.program;
      expect(outcome(program, made.answer, (path) => path in program)).toBeTypeOf("string");
    }
  },
);

test("10,000 fuzzed answers never throw, and never touch what is out of scope", { timeout: 120_000 }, () => {
  const program: ProgramFiles = { "a.ts": "one\n  two\n\nthree\n", "lib/b.ts": "x = 1\r\ny = 2", "frozen.ts": "one\n" };
  const piece = fc.oneof(
    fc.constantFrom(
      ..."<<<<<<< SEARCH|=======|>>>>>>> REPLACE|```|```ts|```diff|--- a/a.ts|+++ b/a.ts|--- a/frozen.ts|+++ b/frozen.ts|@@ -1,2 +1,2 @@|@@".split(
        "|",
      ),
      ..."a.ts|lib/b.ts|frozen.ts|../out.ts|/dev/null|one|  two|three|+one|-one| one|+four|x = 1|y = 2|// ... existing code ...".split(
        "|",
      ),
      ..."*** Begin Patch|*** Update File: a.ts|*** Delete File: frozen.ts|1 | one|&lt;one&gt;|\u201cone\u201d||\t|\r|\\ No newline at end of file".split(
        "|",
      ),
    ),
    fc.string({ maxLength: 12, unit: "binary" }),
  );
  const answer = fc.array(piece, { maxLength: 24 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(answer, (text) => {
      const result = outcome(program, text, (path) => path !== "frozen.ts" && !path.startsWith("out"));
      if (typeof result !== "string") expect(result["frozen.ts"]).toBe("one\n");
    }),
    { numRuns: 10_000 },
  );
});

test("hostile sizes are read in good time", { timeout: 60_000 }, () => {
  const long = 400_000;
  for (const answer of [
    `${" ".repeat(long)}<`,
    `\`\`\`${" ".repeat(long)}\`x`,
    `--- ${"a".repeat(long)}`,
    `<<<<<<< SEARCH${" ".repeat(long)}x`,
    "\n".repeat(long),
    `a.ts\n<<<<<<< SEARCH\n${"\n".repeat(50_000)}x\n=======\ny\n>>>>>>> REPLACE\n`,
    "```\n".repeat(20_000),
    `a.ts\n\`\`\`\n${"// ... existing code ...\n".repeat(20_000)}\`\`\`\n`,
  ]) {
    expect(outcome({ "a.ts": "\n".repeat(50_000) }, answer, () => true)).toBeDefined();
  }
});

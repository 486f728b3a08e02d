/** Answers that must be refused: their text is nowhere or in several places, they are cut off, or they can be read in two ways. */
import type { Random } from "../../src/core/numerics/random.ts";
import { BLOCK_MUTATIONS, type Mutated, type Mutation } from "./block-mutations.ts";
import { type Change, lang, linesOf, type Meant, type Notation, textOf } from "./cases.ts";
import { DIFF_MUTATIONS, diffed } from "./diff-mutations.ts";

const plainBlocks = BLOCK_MUTATIONS["plain"] as Mutation;
const plainDiff = DIFF_MUTATIONS["plain"] as Mutation;
const first = (meant: Meant): Change => meant.changes[0] as Change;

/** The program with the changed stretch there once more, further down: the edit could mean either. */
function doubled(meant: Meant, spoil: (line: string) => string = (line) => line): Meant["program"] {
  const { path, before } = first(meant);
  const lines = linesOf(meant.program[path] as string);
  return { ...meant.program, [path]: textOf([...lines, "", "// a twin", ...before.map(spoil), ""]) };
}

const answered = (mutation: Mutation, meant: Meant, random: Random): Mutated | null => mutation(meant, random);

const withTwin =
  (mutation: Mutation, spoil?: (line: string) => string): Mutation =>
  (meant, random) => {
    const mutated = answered(mutation, meant, random);
    return mutated === null ? null : { ...mutated, program: doubled(meant, spoil) };
  };

/** One word of the context or of the old lines is not what the file has. */
const misremembered =
  (mutation: Mutation, where: "context" | "old"): Mutation =>
  (meant, random) => {
    const change = first(meant);
    const at = where === "context" ? 0 : change.above;
    const line = change.before[at] as string;
    const wrong = line.replace(/[A-Za-z]{3,}/, "misread");
    const isKept = where === "context" || change.after[at] !== line;
    if (wrong === line || !isKept || change.before.length - change.below <= change.above) return null;
    const swap = (lines: readonly string[]): string[] =>
      lines.map((each, i) => (i === at && each === line ? wrong : each));
    const after = where === "context" ? swap(change.after) : change.after;
    return mutation(
      { ...meant, changes: [{ ...change, before: swap(change.before), after }, ...meant.changes.slice(1)] },
      random,
    );
  };

const replaced =
  (mutation: Mutation, map: (answer: string) => string): Mutation =>
  (meant, random) => {
    const mutated = mutation(meant, random);
    const answer = mutated === null ? "" : map(mutated.answer);
    return mutated === null || answer === mutated.answer ? null : { answer };
  };

const raw =
  (answer: (meant: Meant) => string | null): Mutation =>
  (meant) => {
    const text = answer(meant);
    return text === null ? null : { answer: text };
  };

function ellipsisToNowhere(meant: Meant): string | null {
  const { path, before, after, start } = first(meant);
  const open = [before[0] as string, "// ... existing code ...", "}"];
  if (
    linesOf(meant.program[path] as string)
      .slice(start)
      .filter((line) => line === "}").length < 2
  )
    return null;
  return `${path}\n\`\`\`\n<<<<<<< SEARCH\n${open.join("\n")}\n=======\n${after.join("\n")}\n>>>>>>> REPLACE\n\`\`\`\n`;
}

const insertion = (meant: Meant): string => {
  const { path, start } = first(meant);
  return `\`\`\`diff\n--- a/${path}\n+++ b/${path}\n@@ -${start},0 +${start + 1},1 @@\n+const inserted = 1;\n\`\`\`\n`;
};

const onlySnippet = (meant: Meant): string | null => {
  const { path, after, above, below } = first(meant);
  const snippet = after.slice(above, after.length - below);
  if (Object.keys(meant.program).length > 1 || snippet.length === 0) return null;
  return `One could write\n\`\`\`${lang(path)}\n${snippet.join("\n")}\n\`\`\`\nbut I would first measure.\n`;
};

/** A file sketched around the new lines only, whose ellipses could end anywhere. */
const sketch = (meant: Meant): string | null => {
  const { path, after, above, below } = first(meant);
  const fresh = after.slice(above, after.length - below);
  const known = new Set(linesOf(meant.program[path] as string));
  if (fresh.length === 0 || fresh.some((line) => known.has(line))) return null;
  return `${path}\n\`\`\`${lang(path)}\n// ... existing code ...\n${fresh.join("\n")}\n// ... existing code ...\n\`\`\`\n`;
};

const outside = (mutation: Mutation): Mutation =>
  replaced(mutation, (answer) => answer.replaceAll(/[\w./-]+\/[\w.-]+\.(?:ts|md|py)/g, "secret/evaluate.ts"));

/** A block in a program in which two files hold its text, and no path. */
const inTwoFiles: Mutation = (meant, random) => {
  const mutated = (BLOCK_MUTATIONS["path missing"] as Mutation)(meant, random);
  if (mutated === null) return null;
  return { ...mutated, program: { ...meant.program, "copy/twin.ts": meant.program[first(meant).path] as string } };
};

const firstPart = (text: string): string => text.slice(0, Math.floor(text.length / 2)).replace(/[^\n]*$/, "");

/** Two good blocks and one whose text is nowhere: all of it or nothing. */
const oneOfThree: Mutation = (meant, random) => {
  const mutated = plainBlocks(meant, random);
  const block = `${first(meant).path}\n\`\`\`\n<<<<<<< SEARCH\nno such line anywhere\n=======\nx\n>>>>>>> REPLACE\n\`\`\`\n`;
  return mutated === null ? null : { answer: `${mutated.answer}\n${block}` };
};

export const REFUSALS: readonly (readonly [Notation, string, Mutation])[] = [
  ["search-replace", "the text is there twice", withTwin(plainBlocks)],
  [
    "search-replace",
    "twice but for white space, neither exact",
    withTwin(BLOCK_MUTATIONS["indentation lost"] as Mutation, (line) => (line === "" ? "" : `  ${line}`)),
  ],
  ["search-replace", "a word of the context is another", misremembered(plainBlocks, "context")],
  ["search-replace", "a word of the old lines is another", misremembered(plainBlocks, "old")],
  ["search-replace", "no path, in two files", inTwoFiles],
  ["search-replace", "another file than the program's", outside(plainBlocks)],
  [
    "search-replace",
    "cut off in the new text",
    replaced(plainBlocks, (answer) => answer.slice(0, answer.lastIndexOf(">>>>>>>") - 2)),
  ],
  [
    "search-replace",
    "end mark missing, no fence",
    replaced(BLOCK_MUTATIONS["no fences"] as Mutation, (answer) =>
      answer.replace(/\n>>>>>>> REPLACE(?![^]*>>>>>>>)/, ""),
    ),
  ],
  [
    "search-replace",
    "two dividers",
    replaced(plainBlocks, (answer) => answer.replace("\n=======\n", "\n=======\n// title\n=======\n")),
  ],
  ["search-replace", "an ellipsis whose end is there twice", raw(ellipsisToNowhere)],
  ["search-replace", "one text of several is nowhere", oneOfThree],
  [
    "unified-diff",
    "the text is there twice, the number fits neither",
    withTwin(DIFF_MUTATIONS["line numbers drifted"] as Mutation),
  ],
  ["unified-diff", "the text is there twice, no numbers", withTwin(DIFF_MUTATIONS["no numbers"] as Mutation)],
  ["unified-diff", "a word of the context is another", misremembered(plainDiff, "context")],
  ["unified-diff", "a word of the old lines is another", misremembered(plainDiff, "old")],
  ["unified-diff", "a place given by its number alone", raw(insertion)],
  ["unified-diff", "another file than the program's", outside(diffed({}))],
  [
    "unified-diff",
    "cut off",
    replaced(diffed({ around: (diff) => `\`\`\`diff\n${diff}\n` }), (answer) => answer.replace(/\n[^\n]*\n$/, "\n")),
  ],
  [
    "whole-files",
    "cut off",
    raw((meant) => {
      const { path } = first(meant);
      const text = meant.intended[path] as string;
      return /^```/m.test(text) ? null : `${path}\n\`\`\`\n${firstPart(text)}`;
    }),
  ],
  [
    "whole-files",
    "a file with fences in a fence no longer",
    raw((meant) => {
      const { path } = first(meant);
      return `${path}\n\`\`\`md\n# Title\n\n\`\`\`sh\nnpm test\n\`\`\`\n\nMore.\n\`\`\`\n`;
    }),
  ],
  ["whole-files", "a snippet in an explanation", raw(onlySnippet)],
  ["whole-files", "a sketch with ellipses", raw(sketch)],
  [
    "whole-files",
    "two versions of one file",
    raw((meant) => {
      const { path } = first(meant);
      const text = meant.intended[path] as string;
      return /^```/m.test(text)
        ? null
        : `${path}\n\`\`\`\n${text}\`\`\`\nor\n\n${path}\n\`\`\`\n${meant.program[path]}\`\`\`\n`;
    }),
  ],
  ["whole-files", "a refusal in prose", raw(() => "I cannot improve this program without seeing the profile.\n")],
];

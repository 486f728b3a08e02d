/**
 * How many well-meant edits are applied exactly as intended, how many wrongly, how many refused; against other appliers.
 * Usage: node bench/edits/main.ts [--edits N] [--seed N] [--kinds] [--no-rivals] [folder of recorded answers]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { applyEdit } from "../../src/core/edits/apply-edit.ts";
import type { ProgramFiles } from "../../src/core/edit.ts";
import { parseEdit } from "../../src/core/edits/parse-edit.ts";
import { createRandom } from "../../src/core/numerics/random.ts";
import { BLOCK_MUTATIONS, type Mutation } from "./block-mutations.ts";
import type { Case, Meant, Notation } from "./cases.ts";
import { DIFF_MUTATIONS } from "./diff-mutations.ts";
import { meantEdits } from "./meant-edits.ts";
import { REFUSALS } from "./refusals.ts";
import { oneFile, RIVALS, type Rival } from "./rivals.ts";
import { WHOLE_MUTATIONS } from "./whole-mutations.ts";

type Verdict = "right" | "wrong" | "refused";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    edits: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    kinds: { type: "boolean" },
    rivals: { type: "boolean", default: true },
  },
  allowNegative: true,
});

/** The answers of a folder with `<id>/{program/,answer.md,intended/,meta.json}`. */
function recorded(folder: string): Case[] {
  const read = (under: string): ProgramFiles =>
    Object.fromEntries(
      readdirSync(under, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [path.slice(under.length + 1), readFileSync(path, "utf8")]),
    );
  return readdirSync(folder)
    .filter((id) => existsSync(join(folder, id, "answer.md")))
    .map((id) => {
      const { format } = JSON.parse(readFileSync(join(folder, id, "meta.json"), "utf8")) as { format: string };
      const notation = (format === "whole-file" ? "whole-files" : format) as Notation;
      const [program, intended] = [read(join(folder, id, "program")), read(join(folder, id, "intended"))];
      return {
        kind: "recorded",
        notation,
        program,
        answer: readFileSync(join(folder, id, "answer.md"), "utf8"),
        intended,
      };
    });
}

function mutated(meant: readonly Meant[]): Case[] {
  const families: [Notation, Readonly<Record<string, Mutation>>][] = [
    ["search-replace", BLOCK_MUTATIONS],
    ["unified-diff", DIFF_MUTATIONS],
    ["whole-files", WHOLE_MUTATIONS],
  ];
  return families.flatMap(([notation, mutations]) =>
    Object.entries(mutations).flatMap(([kind, mutation]) =>
      casesOf(meant, { notation, kind, mutation, isMeant: true }),
    ),
  );
}

const adversarial = (meant: readonly Meant[]): Case[] =>
  REFUSALS.flatMap(([notation, kind, mutation]) => casesOf(meant, { notation, kind, mutation, isMeant: false }));

interface Family {
  readonly notation: Notation;
  readonly kind: string;
  readonly mutation: Mutation;
  readonly isMeant: boolean;
}

function casesOf(meant: readonly Meant[], { notation, kind, mutation, isMeant }: Family): Case[] {
  const random = createRandom(kind);
  return meant.flatMap((edit) => {
    const made = mutation(edit, random);
    if (made === null) return [];
    const intended = isMeant ? (made.intended ?? edit.intended) : null;
    return [{ kind, notation, program: made.program ?? edit.program, answer: made.answer, intended }];
  });
}

const sorted = (files: ProgramFiles): string =>
  JSON.stringify(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));

function ours({ program, answer, intended }: Case): { verdict: Verdict; note: string } {
  const parsed = parseEdit(answer, Object.keys(program));
  if (!parsed.ok) return { verdict: "refused", note: parsed.reason };
  const result = applyEdit(program, parsed.edit, (path) => path in { ...program, ...intended });
  if (!result.ok) return { verdict: "refused", note: result.reason };
  return {
    verdict: intended !== null && sorted(result.files) === sorted(intended) ? "right" : "wrong",
    note: result.repairs.join("; "),
  };
}

/** Rivals are forgiven white space at line ends and at the end of the file. */
function theirs(rival: Rival, each: Case): Verdict | null {
  const file = rival.notation === each.notation ? oneFile(each) : null;
  if (file === null) return null;
  const after = rival.apply(file.text, each.answer, file.path);
  if (after === null) return "refused";
  const loose = (text: string): string => text.replaceAll(/[ \t\r]+$/gm, "").trimEnd();
  return file.intended !== null && loose(after) === loose(file.intended) ? "right" : "wrong";
}

const tally = (verdicts: readonly Verdict[]): string => {
  const count = (verdict: Verdict): number => verdicts.filter((each) => each === verdict).length;
  const share = (n: number): string => `${((100 * n) / Math.max(1, verdicts.length)).toFixed(1)} %`;
  return `${verdicts.length} | ${count("right")} (${share(count("right"))}) | ${count("wrong")} | ${count("refused")}`;
};

const print = (title: string, rows: readonly (readonly [string, readonly Verdict[]])[]): void => {
  console.log(`\n${title}\n\n| | edits | as intended | wrongly | refused |\n|---|---|---|---|---|`);
  for (const [name, verdicts] of rows) console.log(`| ${name} | ${tally(verdicts)} |`);
};

const meant = meantEdits(Number(values.edits), Number(values.seed));
const [folder] = positionals;
const corpora: [string, Case[]][] = [
  ...(folder === undefined ? [] : [["Recorded answers", recorded(folder)] as [string, Case[]]]),
  ["Mutated answers", mutated(meant)],
  ["Answers that must be refused", adversarial(meant)],
];
for (const [title, cases] of corpora) {
  const results = cases.map((each) => ({ each, ...ours(each) }));
  const notations: Notation[] = ["search-replace", "unified-diff", "whole-files"];
  print(title, [
    ["strop", results.map(({ verdict }) => verdict)],
    ...notations.map(
      (notation) =>
        [
          `strop, ${notation}`,
          results.filter(({ each }) => each.notation === notation).map(({ verdict }) => verdict),
        ] as const,
    ),
    ...(values.rivals
      ? RIVALS.map(
          (rival) =>
            [
              `${rival.name}, ${rival.notation}, one file`,
              cases.map((each) => theirs(rival, each)).filter((verdict) => verdict !== null),
            ] as const,
        )
      : []),
  ]);
  const kinds = [...new Set(cases.map(({ notation, kind }) => `${notation}: ${kind}`))];
  if (values.kinds === true)
    print(
      `${title}, by kind`,
      kinds.map(
        (kind) =>
          [
            kind,
            results.filter(({ each }) => `${each.notation}: ${each.kind}` === kind).map(({ verdict }) => verdict),
          ] as const,
      ),
    );
  const isExpected = (verdict: Verdict, { intended }: Case): boolean =>
    verdict === (intended === null ? "refused" : "right");
  for (const { each, verdict, note } of results
    .filter((result) => !isExpected(result.verdict, result.each))
    .slice(0, 12)) {
    console.log(`\n${verdict}: ${each.notation}, ${each.kind}: ${note}`);
    if (process.env["STROP_BENCH_SHOW"] !== undefined) console.log(each.answer);
  }
}

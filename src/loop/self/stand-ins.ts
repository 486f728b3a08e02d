/**
 * Modules of the fixed zone that need more than a sandbox without permissions has: hashing by Node, parsing by
 * WebAssembly, files, and a package that repairs edits. In a race their places are taken by these, which know only the
 * little programs of the landscapes and exact edits.
 */

/** By the path of what they stand in for, without its extension. `EXTENSION` is that of the source, `.ts` or `.js`. */
export const standIns: Readonly<Record<string, string>> = Object.freeze({
  "core/candidate": `
export const candidateId = (files) => JSON.stringify(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
`,
  "core/edits/apply-edit": `
/** Exact edits only: whole files, and blocks whose text occurs once. */
export function applyEdit(files, edit, inScope) {
  const after = { ...files };
  const changes = edit.kind === "whole-files" ? edit.files : edit.blocks;
  for (const { path, search, replace, text } of changes) {
    if (!inScope(path)) return { ok: false, reason: path + " is out of scope" };
    const before = after[path] ?? "";
    const at = search === undefined ? 0 : before.indexOf(search);
    if (at < 0 || (search !== undefined && before.includes(search, at + 1))) return { ok: false, reason: "not found once" };
    after[path] = search === undefined ? text : before.slice(0, at) + replace + before.slice(at + search.length);
  }
  return { ok: true, files: after };
}
`,
  "syntax/parse": `
/** Nobody looks at the syntax of a landscape, whose score is no cost. */
export const parse = async () => {
  throw new Error("a race has no syntax trees");
};
`,
  "syntax/literals": `
import { readNumber, writeNumber } from "./number-notationEXTENSION";

/** Lines such as \`rate_a = 0.01\`. */
export async function findLiterals(path, text) {
  const sites = [];
  for (const [i, line] of text.split("\\n").entries()) {
    const found = /^(\\w+) = (-?[\\d.eE+-]+)$/.exec(line);
    const read = found === null ? null : readNumber(found[2]);
    if (read === null) continue;
    const [start, name] = [text.split("\\n", i).join("\\n").length + (i > 0 ? 1 : 0) + found[1].length + 3, found[1]];
    const place = { start, end: start + found[2].length, name, scope: [], role: "value" };
    sites.push({ ...read, ...place, key: path + ":" + name, path, text: found[2], line: i + 1 });
  }
  return { sites, choices: new Map() };
}

export const writeLiteral = (site, value) => writeNumber(value, site.text);
`,
});

/** What runs in the sandbox: races, one after the other, as the host gives them out; every score is asked of the host. */
export const raceModule = (root: string, extension: string): string => `\
import { cmaEs } from "./${root}/propose/literals/cma-es${extension}";
import { portfolio } from "./${root}/propose/portfolio${extension}";
import { randomLiterals } from "./${root}/propose/literals/random${extension}";
import { tpe } from "./${root}/propose/literals/tpe${extension}";
import { simulateRun } from "./${root}/testing/simulate-run${extension}";

const search = () => portfolio([{ proposer: tpe() }, { proposer: randomLiterals() }, { proposer: cmaEs(), from: 15 }]);

export default async ({ call }) => {
  for (let race = await call("race"); race !== null; race = await call("race")) {
    const { path, text, trials, seed } = race;
    const score = (files) => call("score", files[path]);
    await simulateRun({ proposer: search(), program: { [path]: text }, score, trials, seed });
  }
  return null;
};
`;

/** Comparing what two versions of a program print. */

/** How far numbers may be apart where they come from floating point, relative to the larger of them and 1. */
const NEAR = 1e-5;

/** What is different first; null where the answers agree. */
export function firstDifference(expected: string, found: string, isNumeric: boolean): string | null {
  if (expected === found) return null;
  const [wanted, given] = [expected.split("\n"), found.split("\n")];
  const at = Array.from({ length: Math.max(wanted.length, given.length) }, (_, i) => i).find(
    (i) => wanted[i] !== given[i] && !(isNumeric && isNear(wanted[i], given[i])),
  );
  if (at === undefined) return null;
  return `line ${at + 1} is wrong: expected ${brief(wanted[at])}, found ${brief(given[at])}`;
}

function isNear(wanted: string | undefined, given: string | undefined): boolean {
  const [a, b] = [wanted?.trim().split(/\s+/) ?? [], given?.trim().split(/\s+/) ?? []];
  return a.length === b.length && a.every((token, i) => token === b[i] || areNear(Number(token), Number(b[i])));
}

const areNear = (a: number, b: number): boolean => Math.abs(a - b) <= NEAR * Math.max(1, Math.abs(a), Math.abs(b));

const brief = (line: string | undefined): string =>
  line === undefined ? "the end" : JSON.stringify(line.slice(0, 80));

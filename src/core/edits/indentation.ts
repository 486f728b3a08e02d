/**
 * The ways in which an edit's indentation may differ from the file's while its meaning is still certain: one and the
 * same shift, another unit, tabs for spaces, or a first line that lost its own. Each returns how new lines are to be
 * indented so that they fit the file, `unclear` when that could be in two ways, or null when the lines do not agree in
 * that way.
 */

/** A new line as the edit has it (and how many new lines precede it) → as the file wants it. */
export type Reindent = (line: string, index: number) => string;

/** Columns per level of the file and of the edit, null when that cannot be told; and the lines that come. */
export interface Units {
  readonly file: number | null;
  readonly edit: number | null;
  readonly fresh: readonly string[];
}

export type Matcher = (
  found: readonly string[],
  wanted: readonly string[],
  units: Units,
) => Reindent | "unclear" | null;

export const sameLine: Reindent = (line) => line;

export const indentation = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? "";

/** The usual step by which space-indented lines go further in; null for tabs or when there is none. */
export function indentUnit(lines: readonly string[]): number | null {
  const steps = new Map<number, number>();
  let last: number | null = null;
  for (const line of lines) {
    if (line.trim() === "") continue;
    const indent = indentation(line);
    if (indent.includes("\t")) return null;
    const step = indent.length - (last ?? indent.length);
    if (step > 1) steps.set(step, (steps.get(step) ?? 0) + 1);
    last = indent.length;
  }
  const usual = [...steps].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0]);
  return usual[0] === 0 ? null : usual[0];
}

const agrees = (found: readonly string[], wanted: readonly string[], reindent: Reindent): boolean =>
  wanted.every((line, i) => reindent(line, i).trimEnd() === (found[i] as string).trimEnd());

const hasTabs = (lines: readonly string[]): boolean => lines.some((line) => indentation(line).includes("\t"));

const isText = (line: string): boolean => line.trim() !== "";

/**
 * All non-blank lines are further in, or further out, by one and the same prefix. Unclear if that could also be another
 * unit of indentation, which would put new lines elsewhere.
 */
export const shifted: Matcher = (found, wanted, units) => {
  const first = wanted.findIndex(isText);
  if (first === -1) return null;
  const have = indentation(found[first] as string);
  const want = indentation(wanted[first] as string);
  const reindent = have.endsWith(want)
    ? indentBy(have.slice(0, have.length - want.length))
    : want.endsWith(have)
      ? outdentBy(want.slice(0, want.length - have.length))
      : null;
  if (reindent === null || !agrees(found, wanted, reindent)) return null;
  const ratio = (units.file ?? 1) / (units.edit ?? units.file ?? 1);
  const isUnit = ratio !== 1 && want.length > 0 && have.length === want.length * ratio;
  const scale = scaleBy(ratio, 0);
  return isUnit && units.fresh.some((line) => scale(line, 0) !== reindent(line, 0)) ? "unclear" : reindent;
};

/** The file takes four columns per level and the edit two, or the like, as at least two levels show. */
export const rescaled: Matcher = (found, wanted, { fresh }) => {
  const width = (line: string | undefined): number => indentation(line ?? "").length;
  const first = wanted.findIndex(isText);
  const other = wanted.findIndex((line) => isText(line) && width(line) !== width(wanted[first]));
  if (first === -1 || other === -1) return null;
  const ratio = (width(found[other]) - width(found[first])) / (width(wanted[other]) - width(wanted[first]));
  const offset = width(found[first]) - width(wanted[first]) * ratio;
  if (ratio <= 0 || ratio === 1 || hasTabs(found) || hasTabs(wanted)) return null;
  const isExact = [...wanted, ...fresh].every((line) => !isText(line) || isColumn(width(line) * ratio + offset));
  const reindent = scaleBy(ratio, offset);
  return isExact && agrees(found, wanted, reindent) ? reindent : null;
};

const isColumn = (width: number): boolean => Number.isInteger(width) && width >= 0;

const scaleBy =
  (ratio: number, offset: number): Reindent =>
  (line) => {
    const columns = Math.max(0, Math.floor(indentation(line).length * ratio + offset));
    return isText(line) ? " ".repeat(columns) + line.trimStart() : line;
  };

/** The file is indented with tabs and the edit with spaces, or the other way round; perhaps shifted too. */
export const retabbed: Matcher = (found, wanted, units) => {
  const widths = [units.edit, units.file, 4, 2, 8, 3].filter((width) => width !== null);
  if (hasTabs(found) === hasTabs(wanted)) return null;
  const retabs = widths.map(hasTabs(found) ? tabsFor : spacesFor);
  const exact = retabs.find((retab) => agrees(found, wanted, retab));
  if (exact !== undefined) return exact;
  for (const retab of retabs) {
    const shift = shifted(found, wanted.map(retab), units);
    if (typeof shift === "function") return (line, index) => shift(retab(line, index), index);
  }
  return null;
};

const tabsFor = (width: number): Reindent => {
  const spaces = " ".repeat(width);
  return (line) => line.replace(/^ +/, (indent) => indent.replaceAll(spaces, "\t"));
};

const spacesFor = (width: number): Reindent => {
  const spaces = " ".repeat(width);
  return (line) => line.replace(/^\t+/, (indent) => indent.replaceAll("\t", spaces));
};

/** The first line begins too far out and all others are right, as when a text was trimmed as a whole. */
export const firstLineTrimmed: Matcher = (found, wanted) => {
  const [have, want] = [indentation(found[0] ?? ""), indentation(wanted[0] ?? "")];
  if (have.length <= want.length || wanted.length < 2) return null;
  const reindent: Reindent = (line, index) =>
    index === 0 && indentation(line) === want ? have + line.slice(want.length) : line;
  return agrees(found, wanted, reindent) ? reindent : null;
};

const indentBy =
  (prefix: string): Reindent =>
  (line) =>
    line.trim() === "" ? line : prefix + line;

/** Lines that are not indented that far lose what they have. */
const outdentBy =
  (prefix: string): Reindent =>
  (line) =>
    line.startsWith(prefix) ? line.slice(prefix.length) : line.trimStart();

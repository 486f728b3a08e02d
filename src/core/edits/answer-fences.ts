/**
 * The fenced code blocks of an answer written in Markdown, and what stands above each. Fences count at line starts
 * only, so three back-ticks inside a string are text.
 */

export interface Fence {
  /** What follows the opening back-ticks: `ts`, `diff`, `ts title="a.ts"`. */
  readonly info: string;
  readonly text: string;
  /** The last line of prose above it, "" if there is none since the fence before. */
  readonly above: string;
  /** Index of the line that opens it. */
  readonly line: number;
  /** False when the answer ended first. */
  readonly closed: boolean;
}

/** The lines of an answer, whatever its line breaks; a final one does not start another line. */
export const answerLines = (answer: string): string[] => answer.replaceAll("\r\n", "\n").replace(/\n$/, "").split("\n");

const OPENING = /^([ \t]*)(`{3,}|~{3,})([^`]*)$/;
const LONGEST = 500;

/** Every fence of an answer, given whole or as lines, in order. The lines of an indented fence lose its indentation. */
export function fencesOf(answer: string | readonly string[]): readonly Fence[] {
  const lines = typeof answer === "string" ? answerLines(answer) : answer;
  const fences: Fence[] = [];
  const missed = new Set<string>();
  let above = "";
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const opening = openingOf(line);
    if (opening === null) {
      if (line.trim() !== "") above = line;
      continue;
    }
    const end = endOfFence(lines, i, { ...opening, missed });
    const text = lines
      .slice(i + 1, end)
      .map((content) => `${content.startsWith(opening.indent) ? content.slice(opening.indent.length) : content}\n`)
      .join("");
    fences.push({ info: opening.info, text, above, line: i, closed: end < lines.length });
    above = "";
    i = end;
  }
  return fences;
}

interface Closing extends Opening {
  /** Searches in vain, which the same search from a later line would be too: hostile answers open a fence on every line. */
  readonly missed: Set<string>;
}

/** The closing line, as far in as the opening one; up to three columns further in if there is none such. */
function endOfFence(lines: readonly string[], start: number, { indent, mark, missed }: Closing): number {
  const first = (rule: string, isThere: (line: string) => boolean): number | undefined => {
    const search = `${rule}${indent}${mark}`;
    for (let i = start + 1; i < lines.length && !missed.has(search); i++)
      if (closesFence(lines[i] as string, mark) && isThere(lines[i] as string)) return i;
    missed.add(search);
    return undefined;
  };
  const even = first("even", (line) => line.startsWith(indent + mark));
  return even ?? first("near", (line) => line.indexOf(mark) <= indent.length + 3) ?? lines.length;
}

interface Opening {
  readonly indent: string;
  readonly mark: string;
  readonly info: string;
}

/** The parts of a line that opens a fence, or null. */
export function openingOf(line: string): Opening | null {
  const match = line.length > LONGEST ? null : OPENING.exec(line);
  return match === null
    ? null
    : { indent: match[1] as string, mark: match[2] as string, info: (match[3] as string).trim() };
}

export function closesFence(line: string, mark: string): boolean {
  const bare = line.trim();
  return bare.length >= mark.length && bare === (mark[0] as string).repeat(bare.length);
}

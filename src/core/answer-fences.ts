/**
 * The fenced code blocks of an answer written in Markdown, and which file each belongs to. Fences count at line starts
 * only, so three back-ticks inside a string are text.
 */

export interface Fence {
  /** What follows the opening back-ticks: `ts`, `diff`, `ts title="a.ts"`. */
  readonly info: string;
  readonly text: string;
  /** The last line of prose above it, "" if there is none since the fence before. */
  readonly above: string;
  /** False when the answer ended first. */
  readonly closed: boolean;
}

const OPENING = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;

export function fencesOf(answer: string): readonly Fence[] {
  const lines = answer.replace(/\r\n/g, "\n").replace(/\n$/, "").split("\n");
  const fences: Fence[] = [];
  let above = "";
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const opening = OPENING.exec(line);
    if (opening === null) {
      if (line.trim() !== "") above = line;
      continue;
    }
    const mark = opening[1] as string;
    let end = i + 1;
    while (end < lines.length && !closes(lines[end] as string, mark)) end++;
    const text = lines
      .slice(i + 1, end)
      .map((content) => `${content}\n`)
      .join("");
    fences.push({ info: (opening[2] as string).trim(), text, above, closed: end < lines.length });
    above = "";
    i = end;
  }
  return fences;
}

function closes(line: string, mark: string): boolean {
  const bare = line.trimEnd().replace(/^ {0,3}/, "");
  return bare.length >= mark.length && bare === (mark[0] as string).repeat(bare.length);
}

/** Whether this line opens or closes a fence. */
export const isFenceLine = (line: string): boolean => OPENING.test(line);

/**
 * The path that a line of prose or a fence's info string names, or null. Paths of the program are recognised by their
 * end (`spiral.ts` for `src/spiral.ts`) if that is unambiguous; others must look like a path.
 */
export function pathIn(line: string, paths: readonly string[]): string | null {
  const text = line
    .trim()
    .replace(/^(?:#+|[-*]|\d+[.)])\s+/, "")
    .replace(/^(?:file|path|filename|title)\s*[:=]\s*/i, "")
    .replace(/^[\s`*_"']+|[\s`*_"':]+$/g, "")
    .replace(/^(?:file|path|filename)\s*[:=]\s*[`*"']*/i, "")
    .replace(/^\.\//, "");
  if (text === "") return null;
  if (paths.includes(text)) return text;
  const endings = paths.filter((path) => path.endsWith(`/${text}`));
  if (endings.length === 1) return endings[0] as string;
  return /^[\w@+.-]+(?:\/[\w@+.-]+)*\.\w+$/.test(text) ? text : null;
}

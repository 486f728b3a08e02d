/**
 * A text as lines that keep their own terminators, so that an edit of one line leaves every other byte alone,
 * whatever mixture of line endings the file has.
 */

export interface TextLines {
  /** Each line with its terminator; only the last may lack one. */
  readonly lines: readonly string[];
  /** The terminator most lines have; `\n` when there is none. */
  readonly eol: "\n" | "\r\n";
}

export function splitLines(text: string): TextLines {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const windows = lines.filter((line) => line.endsWith("\r\n")).length;
  const unix = lines.filter((line) => line.endsWith("\n")).length - windows;
  return { lines, eol: windows > unix ? "\r\n" : "\n" };
}

/** A line without its terminator. */
export const bare = (line: string): string => line.replace(/\r?\n$/, "");

/** The lines of a text without their terminators; a final line break does not start another line. */
export const bareLines = (text: string): string[] => splitLines(text).lines.map(bare);

/** The text of these lines: inner lines that lack a terminator get `eol`; the last has one iff `finalBreak`. */
export function joinLines(lines: readonly string[], eol: string, finalBreak: boolean): string {
  const last = lines.length - 1;
  return lines
    .map((line, i) => {
      if (i === last && !finalBreak) return bare(line);
      return line.endsWith("\n") ? line : line + eol;
    })
    .join("");
}

/** `text` with every line break replaced by `eol`. */
export const withLineEndings = (text: string, eol: string): string => text.replace(/\r?\n/g, eol);

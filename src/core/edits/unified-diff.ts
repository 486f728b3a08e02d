/**
 * Reads a unified diff as models write it. Hunk headers are taken as a hint only, because their line numbers and counts
 * are often wrong: the lines themselves say what goes where, and their prefix says what happens to them.
 */
import type { Hunk, HunkLine } from "./hunk.ts";

export interface FileDiff {
  /** Null for a file that the diff creates. */
  readonly from: string | null;
  /** Null for a file that the diff deletes. */
  readonly to: string | null;
  readonly hunks: readonly Hunk[];
}

const GIT_HEADER =
  /^(?:diff --git |index [0-9a-f]+\.\.|new file mode |deleted file mode |similarity index |rename (?:from|to) )/;

interface Draft {
  lines: HunkLine[];
  header: string;
  finalBreak: boolean | undefined;
  /** The last line is blank, without the space that marks context: it may be the end of the diff's own text. */
  endsBare: boolean;
}

/** The files of a diff in order; empty when the text holds none. Text before the first file header is ignored. */
export function parseUnifiedDiff(diff: string): readonly FileDiff[] {
  const lines = diff.replace(/\r\n/g, "\n").replace(/\n$/, "").split("\n");
  const files: { from: string | null; to: string | null; drafts: Draft[] }[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const file = files.at(-1);
    if (isFileHeader(lines, i)) {
      files.push({ ...headerPaths(line, lines[++i] as string), drafts: [] });
    } else if (file !== undefined && line.startsWith("@@")) {
      file.drafts.push(emptyDraft(line));
    } else if (file !== undefined && !GIT_HEADER.test(line)) {
      readLine(file.drafts, line);
    }
  }
  return files.map(({ from, to, drafts }) => ({ from, to, hunks: drafts.map(finished) }));
}

const emptyDraft = (header: string): Draft => ({ lines: [], header, finalBreak: undefined, endsBare: false });

/** The line number counts only if the header's other numbers are right, too. */
function finished({ lines, header, finalBreak, endsBare }: Draft): Hunk {
  const claim = readHeader(header);
  const count = (op: HunkLine["op"], of: readonly HunkLine[]): number => of.filter((line) => line.op !== op).length;
  const fits = (of: readonly HunkLine[]): boolean =>
    claim !== null && count("add", of) === claim.olds && count("remove", of) === claim.news;
  const body = endsBare && !fits(lines) && fits(lines.slice(0, -1)) ? lines.slice(0, -1) : lines;
  return { lines: body, claimedAt: fits(body) ? claim?.at : undefined, finalBreak };
}

/** A removed line that starts with `-- ` looks like a header, but only a real one is followed by `+++ `. */
const isFileHeader = (lines: readonly string[], i: number): boolean =>
  (lines[i] as string).startsWith("--- ") && (lines[i + 1] ?? "").startsWith("+++ ");

/** Paths without the `a/` and `b/` that git puts before them; a folder of that name keeps it. */
function headerPaths(before: string, after: string): { from: string | null; to: string | null } {
  const [from, to] = [headerPath(before), headerPath(after)];
  const isGit = (from ?? "a/").startsWith("a/") && (to ?? "b/").startsWith("b/");
  const bare = (path: string | null): string | null => (isGit ? (path?.slice(2) ?? null) : path);
  return { from: bare(from), to: bare(to) };
}

function headerPath(line: string): string | null {
  const text = line.slice(4).split("\t")[0]!.trim();
  const path = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  return path === "/dev/null" ? null : path.replace(/^\.\//, "");
}

/** `@@ -12,3 …` starts at index 11; `@@ -12,0 …` inserts after line 12. Null for a header without numbers. */
function readHeader(header: string): { at: number; olds: number; news: number } | null {
  const match = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/.exec(header);
  if (match === null) return null;
  const [start, olds, news] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  return { at: olds === 0 ? start : Math.max(0, start - 1), olds, news };
}

function readLine(drafts: Draft[], line: string): void {
  if (drafts.length === 0) drafts.push(emptyDraft(""));
  const draft = drafts.at(-1) as Draft;
  if (line.startsWith("\\")) {
    const { op } = draft.lines.at(-1) ?? { op: "keep" };
    // Said of the old side only, it means that the new side does end in a line break.
    if (op !== "remove") draft.finalBreak = false;
    else draft.finalBreak ??= true;
    return;
  }
  const op = line.startsWith("+") ? "add" : line.startsWith("-") ? "remove" : "keep";
  // A context line that lost its leading space, which happens above all to blank ones, is taken as it stands.
  const text = op === "keep" && !line.startsWith(" ") ? line : line.slice(1);
  draft.lines.push({ op, text });
  draft.endsBare = line === "";
}

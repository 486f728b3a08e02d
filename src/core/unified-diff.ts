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
  claimedAt: number | undefined;
  finalBreak: boolean | undefined;
}

/** The files of a diff in order; empty when the text holds none. Text before the first file header is ignored. */
export function parseUnifiedDiff(diff: string): readonly FileDiff[] {
  const lines = diff.replace(/\r\n/g, "\n").replace(/\n$/, "").split("\n");
  const files: { from: string | null; to: string | null; drafts: Draft[] }[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const file = files.at(-1);
    if (isFileHeader(lines, i)) {
      files.push({ from: headerPath(line), to: headerPath(lines[++i] as string), drafts: [] });
    } else if (file !== undefined && line.startsWith("@@")) {
      file.drafts.push({ lines: [], claimedAt: claimedAt(line), finalBreak: undefined });
    } else if (file !== undefined && !GIT_HEADER.test(line)) {
      readLine(file.drafts, line);
    }
  }
  return files.map(({ from, to, drafts }) => ({ from, to, hunks: drafts }));
}

/** A removed line that starts with `-- ` looks like a header, but only a real one is followed by `+++ `. */
const isFileHeader = (lines: readonly string[], i: number): boolean =>
  (lines[i] as string).startsWith("--- ") && (lines[i + 1] ?? "").startsWith("+++ ");

function headerPath(line: string): string | null {
  const path = line
    .slice(4)
    .split("\t")[0]!
    .trim()
    .replace(/^"(.*)"$/, "$1");
  return path === "/dev/null" ? null : path.replace(/^(?:[ab]\/|\.\/)/, "");
}

/** `@@ -12,3 …` starts at index 11; `@@ -12,0 …` inserts after line 12. */
function claimedAt(header: string): number | undefined {
  const match = /^@@ -(\d+)(?:,(\d+))?/.exec(header);
  if (match === null) return undefined;
  return match[2] === "0" ? Number(match[1]) : Math.max(0, Number(match[1]) - 1);
}

function readLine(drafts: Draft[], line: string): void {
  if (drafts.length === 0) drafts.push({ lines: [], claimedAt: undefined, finalBreak: undefined });
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
}

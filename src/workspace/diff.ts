/** What changed between two versions of a program, as a unified diff that `git apply` accepts. */
import { formatPatch, structuredPatch } from "diff";

import type { ProgramFiles } from "../core/edit.ts";

const CONTEXT = 3;
/** Beyond this many changed lines a file is shown as replaced: finding the smallest difference takes quadratic time. */
const MAX_CHANGED_LINES = 2_000;

/** Paths in order; empty when nothing changed. Line ends are kept as they are. */
export function diffPrograms(before: ProgramFiles, after: ProgramFiles): string {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return paths.map((path) => diffFile(path, textAt(before, path), textAt(after, path))).join("");
}

/** Every object has a `constructor`, and an older journal may hold a file of that name. */
const textAt = (files: ProgramFiles, path: string): string | undefined =>
  Object.hasOwn(files, path) ? files[path] : undefined;

function diffFile(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return "";
  const [old, now] = [quote(`a/${path}`), quote(`b/${path}`)];
  const kind =
    before === undefined ? "new file mode 100644\n" : after === undefined ? "deleted file mode 100644\n" : "";
  const head = `diff --git ${old} ${now}\n${kind}`;
  const hunks = hunksOf(before ?? "", after ?? "");
  if (hunks === "") return head;
  const from = before === undefined ? "/dev/null" : named(old);
  const to = after === undefined ? "/dev/null" : named(now);
  return `${head}--- ${from}\n+++ ${to}\n${hunks}`;
}

function hunksOf(before: string, after: string): string {
  const patch =
    structuredPatch("", "", before, after, "", "", { context: CONTEXT, maxEditLength: MAX_CHANGED_LINES }) ??
    replacement(before, after);
  if (patch.hunks.length === 0) return "";
  return formatPatch(patch, { includeIndex: false, includeUnderline: false, includeFileHeaders: false });
}

function replacement(before: string, after: string): ReturnType<typeof structuredPatch> {
  const [removed, added] = [linesOf(before), linesOf(after)];
  const lines = [...marked("-", removed), ...marked("+", added)];
  const hunk = { oldStart: 1, oldLines: removed.length, newStart: 1, newLines: added.length, lines };
  return { oldFileName: "", newFileName: "", oldHeader: "", newHeader: "", index: undefined, hunks: [hunk] };
}

const linesOf = (text: string): string[] => text.split(/(?<=\n)/);

const marked = (mark: string, lines: readonly string[]): string[] =>
  lines.flatMap((line) =>
    line.endsWith("\n") ? [mark + line.slice(0, -1)] : [mark + line, "\\ No newline at end of file"],
  );

/** A name with a space ends in a tab, or else what follows it could be taken for a date. */
const named = (name: string): string => (name.includes(" ") && !name.startsWith('"') ? `${name}\t` : name);

/** Git's C-style quotes, for names with control characters, quotes or backslashes. */
function quote(name: string): string {
  if (!/["\\\p{Cc}]/u.test(name)) return name;
  const escaped = name.replaceAll(/["\\\p{Cc}]/gu, (c) =>
    c === '"' || c === "\\"
      ? `\\${c}`
      : [...Buffer.from(c)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
  );
  return `"${escaped}"`;
}

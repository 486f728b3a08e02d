/**
 * A whole file that was copied out of an answer. A fence cannot say whether the last line has a line break, and authors
 * leave out what stays or paste what they were shown; what was meant is settled against the file as it is.
 */
import { escapesInDoubt, isEscaped, unescaped, withoutNumbers } from "./disguise.ts";
import type { WholeFile } from "../edit.ts";
import { fillElisions, isElision } from "./elision.ts";
import { bareLines } from "./text-lines.ts";

export type QuotedFile =
  | { readonly ok: true; readonly text: string; readonly repairs: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** The text that `file` means as the successor of `old`, or why that is not certain. */
export function readQuotedFile(file: WholeFile & { readonly text: string }, old: string): QuotedFile {
  const repairs: string[] = [];
  let text = undisguised(file.text, old, repairs);
  const doubt = escapesInDoubt("", text, old);
  if (doubt !== null && old !== "") return { ok: false, reason: doubt };
  const [lines, before] = [bareLines(text), bareLines(old)];
  const known = new Set(before.map((line) => line.trim()));
  const elision = lines.find((line) => isElision(line) && !known.has(line.trim()));
  if (elision !== undefined) {
    const filled = fillElisions(lines, before);
    if (filled === null) return { ok: false, reason: unclear(elision) };
    text = filled.map((line) => `${line}\n`).join("");
    repairs.push("an ellipsis stands for unchanged lines");
  }
  if (file.quoted === "by-context" && isFragment(bareLines(text), before)) {
    return {
      ok: false,
      reason: `expected the whole file (${before.length} lines), found a part of ${lines.length} lines`,
    };
  }
  if (file.quoted === "unclosed" && old !== "" && lastTexts(bareLines(text)) !== lastTexts(before)) {
    return { ok: false, reason: "the fence has no end and the text does not end as the file does: it may be cut off" };
  }
  if (old !== "" && !old.endsWith("\n")) text = text.replace(/\n$/, "");
  return { ok: true, text, repairs };
}

const unclear = (line: string): string =>
  `\`${line.trim()}\` does not say which lines it stands for; write the whole file, or SEARCH/REPLACE blocks`;

function undisguised(text: string, old: string, repairs: string[]): string {
  const numbered = withoutNumbers(bareLines(text));
  if (numbered !== null && numbered.length > 1 && withoutNumbers(bareLines(old)) === null) {
    repairs.push("line numbers ignored");
    return numbered.map((line) => `${line}\n`).join("");
  }
  if (isEscaped(text) && !isEscaped(old) && /[<>&]/.test(old)) {
    repairs.push("HTML escapes undone");
    return unescaped(text);
  }
  return text;
}

const lastText = (lines: readonly string[]): string => lines.findLast((line) => line.trim() !== "")?.trim() ?? "";

/** A brace alone ends many things; the last three lines with text end a file. */
const lastTexts = (lines: readonly string[]): string =>
  lines
    .filter((line) => line.trim() !== "")
    .slice(-3)
    .join("\n");

/** Code that no path named as a file, much shorter than the file, and like it neither at its beginning nor at its end. */
function isFragment(lines: readonly string[], before: readonly string[]): boolean {
  if (2 * lines.length >= before.length || before.length < 8) return false;
  const isShared = (a: string, b: string): boolean => a === b && a.length > 3;
  const [here, there] = [lines.toReversed(), before.toReversed()];
  return !isShared(lastText(here), lastText(there)) && !isShared(lastText(lines), lastText(before));
}

/** A unified diff in an answer, in fences or bare, and its cousin between `*** Begin Patch` lines; headers are completed. */
import { fencesOf } from "./answer-fences.ts";
import { knownPath, pathIn, pathsMentioned } from "./answer-paths.ts";
import { parseUnifiedDiff } from "./unified-diff.ts";

const LONGEST = 500;
const ENVELOPE = /^\*\*\* (Update|Add|Delete) File: (.+)$/;

export interface ReadDiff {
  readonly diff: string;
  /** Why it may be a part of the diff only. */
  readonly doubt: string | null;
}

/** The diff with full paths, or null when the answer holds none. A file that is not named has an empty path. */
export function readDiff(lines: readonly string[], paths: readonly string[]): ReadDiff | null {
  const fences = fencesOf(lines);
  const bare = withoutEnvelope(lines);
  const start = bare.findIndex((_, i) => isHeader(bare, i));
  if (start !== -1 && start < (fences[0]?.line ?? lines.length)) {
    return { diff: resolved(bare.slice(start), paths).join("\n"), doubt: null };
  }
  const diffs = fences.filter(({ info, text }) => /^(?:diff|patch|udiff)\b/i.test(info) || hasHeader(text.split("\n")));
  if (diffs.length === 0) return null;
  const texts = diffs.map(({ text, above }) => {
    const body = withoutEnvelope(text.split("\n"));
    return hasHeader(body) ? body : [...headerFor(above, paths), ...body];
  });
  const whole = texts.flatMap((text) => (text.at(-1) === "" ? text.slice(0, -1) : text));
  const diff = `${resolved(whole, paths).join("\n")}\n`;
  const hunks = (of: readonly string[]): number => of.filter((line) => line.startsWith("@@")).length;
  if (hunks(lines) > hunks(whole)) return { diff, doubt: "the fence ends before the last hunk; use a longer fence" };
  const isCutOff = diffs.at(-1)?.closed === false && !endsAsCounted(diff);
  return {
    diff,
    doubt: isCutOff ? "the fence has no end and the last hunk not the lines that its header counts" : null,
  };
}

/** A hunk's line number is kept only where the counts beside it are right. */
const endsAsCounted = (diff: string): boolean => parseUnifiedDiff(diff).at(-1)?.hunks.at(-1)?.claimedAt !== undefined;

const isHeader = (lines: readonly string[], i: number): boolean =>
  /^--- \S/.test(lines[i] as string) && /^\+\+\+ \S/.test(lines[i + 1] ?? "");

const hasHeader = (lines: readonly string[]): boolean =>
  lines.some((line, i) => isHeader(lines, i) || (line.length < LONGEST && ENVELOPE.test(line)));

/** `*** Update File: a.ts` becomes the header of a diff; the other lines of such a patch are those of a diff already. */
function withoutEnvelope(lines: readonly string[]): string[] {
  if (!lines.some((line) => line.length < LONGEST && ENVELOPE.test(line))) return [...lines];
  return lines.flatMap((line) => {
    const match = line.length < LONGEST ? ENVELOPE.exec(line) : null;
    if (match === null) return /^\*\*\* (?:Begin Patch|End Patch|End of File)\s*$/.test(line) ? [] : [line];
    const path = (match[2] as string).trim();
    return [
      match[1] === "Add" ? "--- /dev/null" : `--- a/${path}`,
      match[1] === "Delete" ? "+++ /dev/null" : `+++ b/${path}`,
    ];
  });
}

/** A diff that begins with its first hunk: of the file named above it, of the only one, or of the one that it fits. */
function headerFor(above: string, paths: readonly string[]): string[] {
  const mentioned = pathsMentioned(above, paths);
  const only = paths.length === 1 ? paths[0] : undefined;
  const path = pathIn(above, paths) ?? (mentioned.length === 1 ? mentioned[0] : undefined) ?? only ?? "";
  return [`--- a/${path}`, `+++ b/${path}`];
}

/** Headers in git's form with the program's own paths, whichever way the answer spells them. */
function resolved(lines: readonly string[], paths: readonly string[]): string[] {
  const out = [...lines];
  for (let i = 0; i + 1 < out.length; i++) {
    if (!isHeader(out, i)) continue;
    const [from, to] = [spelled(out[i] as string), spelled(out[i + 1] as string)];
    const isGit = (from === "/dev/null" || from.startsWith("a/")) && (to === "/dev/null" || to.startsWith("b/"));
    const inFull = (path: string, prefix: string): string => {
      if (path === "/dev/null") return path;
      const bare = isGit ? path.slice(2) : path;
      return `${prefix}/${knownPath(bare, paths) ?? knownPath(bare.replace(/^[ab]\//, ""), paths) ?? bare}`;
    };
    [out[i], out[i + 1]] = [`--- ${inFull(from, "a")}`, `+++ ${inFull(to, "b")}`];
    i++;
  }
  return out;
}

const spelled = (header: string): string =>
  header.length > LONGEST
    ? header.slice(4)
    : (header.slice(4).split("\t")[0] as string)
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .replace(/^\.\//, "");

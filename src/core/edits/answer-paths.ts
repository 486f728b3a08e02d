/** Which file of the program a piece of an answer names: on a line of its own, in a fence's info string, or in passing. */

/** A longer line is code or prose, and hostile ones are longer still. */
const LONGEST = 500;

/**
 * The path that a line of prose or a fence's info string names, or null. Paths of the program are recognised by their
 * end (`spiral.ts` for `src/spiral.ts`, and an absolute path for the one that it ends with) if that is unambiguous;
 * others must look like a path.
 */
export function pathIn(line: string, paths: readonly string[]): string | null {
  if (line.length > LONGEST) return null;
  const text = line
    .trim()
    .replace(/^(?:#+|[-*]|\d+[.)])\s+/, "")
    .replace(/^(?:file|path|filename|title)\s*[:=]\s*/i, "")
    .replace(/^[\s`*_"']+|[\s`*_"':]+$/g, "")
    .replace(/^(?:file|path|filename)\s*[:=]\s*[`*"']*/i, "")
    .replace(/^\.\//, "");
  return knownPath(text, paths) ?? (/^[\w@+.-]+(?:\/[\w@+.-]+)*\.\w+$/.test(text) ? text : null);
}

/** The path of the program that `text` abbreviates, spells with backslashes or puts a folder before; null if none or several. */
export function knownPath(text: string, paths: readonly string[]): string | null {
  const name = text.replaceAll("\\", "/");
  if (name === "") return null;
  if (paths.includes(name)) return name;
  const shortened = paths.filter((path) => path.endsWith(`/${name}`));
  if (shortened.length > 0) return shortened.length === 1 ? (shortened[0] as string) : null;
  if (!/^(?:\/|[A-Za-z]:\/|~\/)/.test(name)) return null;
  const ends = paths.filter((path) => name.endsWith(`/${path}`)).sort((a, b) => b.length - a.length);
  const [best] = ends;
  if (best === undefined) return null;
  const base = best.slice(best.lastIndexOf("/") + 1);
  const namesakes = paths.filter((path) => path === base || path.endsWith(`/${base}`));
  return best.includes("/") || namesakes.length === 1 ? best : null;
}

/** The files of the program that a line mentions: `Then, in src/a.ts:`. */
export function pathsMentioned(line: string, paths: readonly string[]): readonly string[] {
  if (line.length > LONGEST) return [];
  const words = line.match(/[\w@+.~:/\\-]+/g) ?? [];
  const found = words.map((word) => knownPath(word.replace(/^\.\//, "").replace(/[.:]+$/, ""), paths));
  return [...new Set(found.filter((path) => path !== null))];
}

/** `ts src/a.ts`, `ts title="src/a.ts"`, `ts:src/a.ts`. */
export function pathInInfo(info: string, paths: readonly string[]): string | null {
  if (info.length > LONGEST) return null;
  for (const word of [...info.split(/\s+/), ...info.split(/[\s:=]+/)]) {
    const path = pathIn(word, paths);
    if (path !== null) return path;
  }
  return null;
}

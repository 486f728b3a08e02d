/**
 * Which strings may name a file of a program. An edit comes from outside, so its paths are checked as data before
 * anything touches a disk: relative, `/` separators, and never a way out of the folder or into its housekeeping.
 */

const HOUSEKEEPING = new Set([".git", ".strop", "node_modules"]);
const LONGEST = 400;

/** Equal for names that some file system takes for one: macOS and Windows know no case, and macOS no accents written in two ways. */
export const foldedPath = (path: string): string => path.normalize("NFC").toUpperCase().toLowerCase();

/** Why `path` may not be written, as the end of a sentence, or null if it may. */
export function pathProblem(path: string): string | null {
  if (path === "") return "is empty";
  if (path.length > LONGEST) return `is longer than ${LONGEST} characters`;
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return "contains control characters";
  if (path.includes("\\")) return "contains a backslash; separate folders with /";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path))
    return "is absolute; expected a path relative to the task's folder";
  const segments = path.split("/");
  if (segments.includes("..")) return "leaves the task's folder";
  if (segments.some((segment) => segment === "" || segment === ".")) return "has an empty or `.` segment";
  const reserved = segments.find((segment) => HOUSEKEEPING.has(foldedPath(segment)));
  return reserved === undefined ? null : `lies in ${reserved}, which no edit may touch`;
}

/** Where something lies, as the user would type it here: the shorter of the ways from here and from the root. */
import { relative } from "node:path";

export function place(path: string): string {
  const fromHere = relative(process.cwd(), path) || ".";
  return fromHere.startsWith("..") && path.startsWith("/") && path.length < fromHere.length ? path : fromHere;
}

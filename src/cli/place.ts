/** Where something lies, as the user would type it here. */
import { relative } from "node:path";

export const place = (path: string): string => relative(process.cwd(), path) || ".";

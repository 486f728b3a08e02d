/** The rules for JavaScript and TypeScript alone. */
import type { Rule } from "../../rule.ts";
import { filled } from "./filled.ts";
import { keepSorted } from "./keep-sorted.ts";
import { lookup } from "./lookup.ts";

export const fasterScripts: readonly Rule[] = [lookup, filled, keepSorted];

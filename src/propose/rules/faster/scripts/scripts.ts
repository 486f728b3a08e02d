/** The rules for JavaScript and TypeScript alone. */
import type { Rule } from "../../rule.ts";
import { lookup } from "./lookup.ts";

export const fasterScripts: readonly Rule[] = [lookup];

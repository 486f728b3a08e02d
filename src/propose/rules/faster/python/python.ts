/** Rules for Python alone. */
import type { Rule } from "../../rule.ts";
import { dates } from "./dates.ts";
import { indexByKey } from "./index-by-key.ts";

export const fasterPython: readonly Rule[] = [indexByKey, dates];

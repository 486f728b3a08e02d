/** Rules for Python alone. */
import type { Rule } from "../../rule.ts";
import { dates } from "./dates.ts";
import { deepCopies } from "./deep-copies.ts";
import { indexByKey } from "./index-by-key.ts";
import { keyedLists } from "./keyed-lists.ts";
import { placesAndCounts } from "./places-and-counts.ts";
import { queues } from "./queues.ts";

export const fasterPython: readonly Rule[] = [indexByKey, keyedLists, dates, queues, deepCopies, placesAndCounts];

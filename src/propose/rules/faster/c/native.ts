/** What makes programs of C and C++ faster. */
import type { Rule } from "../../rule.ts";
import { findAgain } from "./find-again.ts";
import { ownSort } from "./own-sort.ts";

export const native: readonly Rule[] = [findAgain, ownSort];

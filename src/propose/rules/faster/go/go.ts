/** Rules for Go alone. */
import type { Rule } from "../../rule.ts";
import { bufferedOutput } from "./buffered-output.ts";
import { builders } from "./builders.ts";
import { flatTables } from "./flat-tables.ts";
import { goIndexByKey } from "./index-by-key.ts";
import { knownValues } from "./known-values.ts";

export const fasterGo: readonly Rule[] = [builders, flatTables, goIndexByKey, knownValues, bufferedOutput];

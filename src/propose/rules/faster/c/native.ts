/** What makes programs of C and C++ faster. */
import type { Rule } from "../../rule.ts";
import { append } from "./append.ts";
import { byRows } from "./by-rows.ts";
import { findAgain } from "./find-again.ts";
import { listed } from "./listed.ts";
import { madeOnce } from "./made-once.ts";
import { ownSort } from "./own-sort.ts";
import { queues } from "./queues.ts";
import { recursion } from "./recursion.ts";
import { streams } from "./streams.ts";
import { textEnd } from "./text-end.ts";

/** `append` and `by-rows` know Rust, too. */
export const native: readonly Rule[] = [
  findAgain,
  listed,
  ownSort,
  madeOnce,
  streams,
  append,
  queues,
  textEnd,
  byRows,
  recursion,
];

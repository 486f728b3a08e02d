/** What makes programs of Rust faster: most of it is refused by the compiler where it does not fit. */
import type { Rule } from "../../rule.ts";
import { buffered } from "./buffered.ts";
import { charsOnce } from "./chars-once.ts";
import { findAgain } from "./find-again.ts";
import { lent } from "./lent.ts";
import { listed } from "./listed.ts";
import { queues } from "./queues.ts";
import { quickHash } from "./quick-hash.ts";

export const rust: readonly Rule[] = [quickHash, listed, findAgain, lent, charsOnce, queues, buffered];

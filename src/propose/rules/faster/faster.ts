/** What makes programs faster and leaves alone what they do, or nearly: for tasks whose score is a cost. */
import type { Rule } from "../rule.ts";
import { atOnce } from "./at-once.ts";
import { compileOnce } from "./compile-once.ts";
import { compilerFlags } from "./compiler-flags.ts";
import { containers } from "./containers.ts";
import { copies } from "./copies.ts";
import { earlyExit } from "./early-exit.ts";
import { grow } from "./grow.ts";
import { hoist, hoistCalls } from "./hoist.ts";
import { loopBounds } from "./loop-bounds.ts";
import { loopOrder } from "./loop-order.ts";
import { membership } from "./membership.ts";
import { memo } from "./memo/memo.ts";
import { native } from "./c/native.ts";
import { fasterGo } from "./go/go.ts";
import { fasterPython } from "./python/python.ts";
import { references } from "./references.ts";
import { rust } from "./rust/rust.ts";
import { fasterScripts } from "./scripts/scripts.ts";
import { strength } from "./strength.ts";

export const faster: readonly Rule[] = [
  atOnce,
  hoist,
  hoistCalls,
  loopOrder,
  loopBounds,
  grow,
  compilerFlags,
  membership,
  containers,
  compileOnce,
  copies,
  strength,
  memo,
  references,
  earlyExit,
  ...native,
  ...rust,
  ...fasterPython,
  ...fasterGo,
  ...fasterScripts,
];

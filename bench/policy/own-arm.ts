/** The policy with other weights than the shipped ones, as `--arm NAME=FILE` names it. */
import { readFileSync } from "node:fs";

import { decodeWeights } from "../../src/propose/policy/actor.ts";
import { policyProposer } from "../../src/propose/policy/policy-proposer.ts";
import type { Proposer } from "../../src/propose/types.ts";

/** `no-names=FILE`: weights that were trained without names, and play without; `no-history` likewise. */
export function ownArm(text: string): readonly [string, () => Proposer] {
  const [name = "", path = ""] = text.split("=");
  const blinders = { names: name.startsWith("no-names"), history: name.startsWith("no-history") };
  return [name, () => policyProposer({ weights: decodeWeights(readFileSync(path)), blinders })];
}

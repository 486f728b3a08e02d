/** `strop/testing`: contract suites for parts of your own. Each returns cases to hand to your test runner. */
export { proposerContract } from "./proposer-contract.ts";
export { prunerContract } from "./pruner-contract.ts";

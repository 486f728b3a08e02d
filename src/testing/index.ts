/** `strop/testing`: contract suites for parts of your own. Each returns cases to hand to your test runner. */
export type { ModelServer, ModelServerOptions, ReceivedRequest, ScriptedAnswer } from "./model-server.ts";
export { improverContract } from "./improver-contract.ts";
export { proposerContract } from "./proposer-contract.ts";
export { prunerContract } from "./pruner-contract.ts";
export { startModelServer } from "./model-server.ts";

/**
 * The few lines that turn the sandbox's host object into the `Trial` or `Evaluation` of `strop/task`. They are put
 * around the program and run inside the sandbox, so nothing may depend on their honesty.
 */

const pick = `const pick = (blobs, prefix) => Object.fromEntries(
  Object.entries(blobs).filter(([name]) => name.startsWith(prefix)).map(([name, bytes]) => [name.slice(prefix.length), bytes]));
const shared = (host) => ({ data: pick(host.blobs, "data:"), assets: pick(host.blobs, "asset:") });
const main = typeof program.default === "function" ? program.default : undefined;
const missing = (path) => { throw new TypeError("expected " + path + " to have a default export that is a function, found " + typeof program.default); };
`;

/** Text of the adapter for a program. */
export const trialAdapter = (module: string): string => `
${pick}
export default async (host) => {
  if (main === undefined) missing(${JSON.stringify(module)});
  return (await main({
    seed: host.input.seed,
    trainSeconds: host.input.trainSeconds,
    ...shared(host),
    report: (step) => host.call("report", { step: step.step, loss: step.loss }),
    save: async (name, bytes) => {
      if (!(bytes instanceof Uint8Array)) throw new TypeError("save: expected the bytes as a Uint8Array, found " + typeof bytes);
      await host.call("save", { name }, bytes);
    },
  })) ?? null;
};
`;

/** Text of the adapter for an evaluator. */
export const evaluationAdapter = (module: string): string => `
${pick}
export default async (host) => {
  if (main === undefined) missing(${JSON.stringify(module)});
  return (await main({ ...shared(host), ...host.input, outputs: pick(host.blobs, "output:") })) ?? null;
};
`;

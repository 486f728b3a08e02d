/**
 * What strop itself costs around an improver: medians of starting one, of one utility call and of one model call, with
 * a utility and a model that answer at once. Usage: node bench/recurse/overhead.ts [runs]
 */
import { median, quantile } from "../../src/core/numerics/stats.ts";
import type { UtilityFunction } from "../../src/core/utility.ts";
import { runImprover } from "../../src/improve/run-improver.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";

const RUNS = Number(process.argv[2] ?? 15);
const CALLS = 400;
const SMALL = "x".repeat(2000);
const LARGE = "x".repeat(20_000);

const utility: UtilityFunction = {
  description: "",
  score: async () => ({ score: 0.5, reason: "", flags: [], parts: [] }),
};

const improver = (body: string): string =>
  `export async function improve(solution, utility, languageModel) { const [small, large] = [${JSON.stringify(SMALL)}, ${JSON.stringify(LARGE)}];\n${body}\nreturn solution; }`;
const repeated = (call: string): string => improver(`for (let i = 0; i < ${CALLS}; i++) await ${call};`);

const cases: Readonly<Record<string, string>> = {
  "start and end": improver(""),
  "utility call, 2 kB": repeated("utility(small)"),
  "utility call, 20 kB": repeated("utility(large)"),
  "model call, 1 x 2 kB": repeated('languageModel.batchPrompt("e", [small])'),
  "model call, 6 x 20 kB": repeated('languageModel.batchPrompt("e", [large, large, large, large, large, large])'),
};

const sandbox = await openSandbox({ needs: ["module"] });
const milliseconds = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
// The first round warms up; in every round each case runs once, so that a busy moment hits all of them alike.
for (let round = 0; round <= RUNS; round++) {
  for (const [name, source] of Object.entries(cases)) {
    const { failure, wallSeconds } = await runImprover({
      source,
      solution: "",
      utility,
      model: async ({ messages }) => [...messages],
      budget: { utilityCalls: CALLS, modelCalls: CALLS },
      sandbox,
      signal: new AbortController().signal,
    });
    if (failure !== "") throw new Error(failure);
    if (round > 0) milliseconds.get(name)?.push(wallSeconds * 1000);
  }
}
await sandbox.close();

const start = median(milliseconds.get("start and end") ?? []);
console.log(
  `tier ${sandbox.tier}, Node ${process.version}, ${RUNS} runs of ${CALLS} calls each; median (quartiles), ms`,
);
for (const [name, all] of milliseconds) {
  const each = name === "start and end" ? all : all.map((ms) => (ms - start) / CALLS);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((p) => quantile(each, p).toFixed(3));
  console.log(`${name.padEnd(22)} ${middle} (${low}–${high})`);
}

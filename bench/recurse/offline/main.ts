/**
 * Does the recursion gain without a language model, and more than its frozen control? Algorithm 1 with the built-in model
 * on searches with poor settings, or on a landscape that costs nothing, in this process. Prints test meta-utility of I_0 and I_T per seed, and their means.
 * Usage: node bench/recurse/offline/main.ts [--task qap | landscape] [--seeds 5] [--rounds 3] [--copies 2] [--meta 13] [--tests 4]
 */
import { parseArgs } from "node:util";

import { mean, standardError } from "../../../src/core/numerics/stats.ts";
import { createDownstreamTask } from "../../../src/downstream/registry.ts";
import { improverSource } from "../../../src/improve/shipped.ts";
import { DEFAULT_BUDGET } from "../../../src/improve/types.ts";
import { builtinModel } from "../../../src/propose/builtin/builtin-model.ts";
import { improveWith, utilityOf } from "./in-process.ts";
import { START, scoreOf } from "./landscape.ts";

const { values } = parseArgs({
  options: {
    task: { type: "string", default: "qap" },
    seeds: { type: "string", default: "5" },
    first: { type: "string", default: "0" },
    rounds: { type: "string", default: "3" },
    copies: { type: "string", default: "2" },
    // Meta-utility calls of a round.
    meta: { type: "string", default: "13" },
    // Test runs of I_0 and of I_T.
    tests: { type: "string", default: "4" },
  },
});
const [rounds, copies, tests] = [Number(values.rounds), Number(values.copies), Number(values.tests)];
const meta = { ...DEFAULT_BUDGET, utilityCalls: Number(values.meta) };
const seed0 = improverSource("seed");

interface Row {
  readonly first: number;
  readonly last: number;
}

interface BenchTask {
  readonly description: string;
  readonly solution: string;
  readonly on: Readonly<Record<"validation" | "test", (solution: string) => number>>;
}

function taskOf(seed: number): BenchTask {
  if (values.task === "landscape") {
    const on = (split: "validation" | "test") => (text: string) => scoreOf(text, split);
    return { description: "", solution: START, on: { validation: on("validation"), test: on("test") } };
  }
  const task = createDownstreamTask(values.task, { start: "search" });
  const on = { validation: utilityOf(task, "validation", seed), test: utilityOf(task, "test", seed) };
  return { description: task.description, solution: task.seedSolution, on };
}

async function recursion(seed: number, isFrozen: boolean): Promise<Row> {
  const { description, solution, on } = taskOf(seed);
  const model = builtinModel(seed);
  let run = 0;
  const metaUtility = async (improver: string, split: "validation" | "test", count: number): Promise<number> => {
    const scores: number[] = [];
    for (let copy = 0; copy < count; copy++) {
      const label = `${seed}/${isFrozen}/${split}/${run++}`;
      // As in the recursion: improvers work on validation instances, and test instances score once what comes out.
      const job = { solution, score: on.validation, description, model, budget: DEFAULT_BUDGET, label };
      scores.push(on[split](await improveWith(improver, job)));
    }
    return mean(scores);
  };
  const first = await metaUtility(seed0, "test", tests);
  let improver = seed0;
  for (let round = 0; round < rounds; round++) {
    improver = await improveWith(isFrozen ? seed0 : improver, {
      solution: improver,
      score: (text) => metaUtility(text, "validation", copies),
      description: "The mean utility of what the improver makes of the downstream tasks.",
      model,
      budget: meta,
      label: `${seed}/${isFrozen}/improve/${round}`,
    });
  }
  return { first, last: await metaUtility(improver, "test", tests) };
}

const gains = { recursion: [] as number[], frozen: [] as number[] };
for (let i = 0; i < Number(values.seeds); i++) {
  for (const [name, list] of Object.entries(gains)) {
    const seed = Number(values.first) + i;
    const { first, last } = await recursion(seed, name === "frozen");
    list.push(last - first);
    console.log(
      `${values.task} seed ${seed} ${name.padEnd(9)} I_0 ${first.toFixed(3)}  I_${rounds} ${last.toFixed(3)}`,
    );
  }
}
for (const [name, list] of Object.entries(gains))
  console.log(
    `${name.padEnd(9)} gain ${mean(list).toFixed(3)} ± ${standardError(list).toFixed(3)} over ${list.length} seeds`,
  );

/**
 * Loads real instances and checks them against the optima that are known, then lets the seed and a good solution of each
 * task answer some. The folder holds `sat/<set>/<name>.cnf`, `maxcut/G*.txt` with `best_known.csv`, `qaplib/*.dat` and `.sln`.
 * Usage: node bench/recurse/utilities/real-instances.ts <folder>
 */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { calibrate } from "../../../src/downstream/calibrate.ts";
import { fromDimacs, parseDimacs } from "../../../src/downstream/dimacs.ts";
import { fromGset, parseGset } from "../../../src/downstream/gset.ts";
import type { InstanceFile } from "../../../src/downstream/instance-file.ts";
import { fromQaplib, parseQaplib, parseQaplibSolution } from "../../../src/downstream/qaplib.ts";
import { searchQap } from "../../../src/downstream/qap-reference.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import { messageOf } from "../../../src/core/errors.ts";
import { taskUtility } from "../../../src/downstream/task-utility.ts";
import type { DownstreamTask } from "../../../src/downstream/types.ts";
import { openSandbox } from "../../../src/sandbox/open-sandbox.ts";
import { good } from "../../../test/downstream/solutions.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("expected a folder with sat, maxcut and qaplib");
const files = (pattern: string): InstanceFile[] =>
  globSync(pattern, { cwd: folder })
    .sort()
    .map((path) => ({ name: basename(path), text: readFileSync(join(folder, path), "utf8") }));

const sandbox = await openSandbox({ needs: ["module"] });
const calibration = await calibrate(sandbox);
async function report(task: DownstreamTask, solution: string): Promise<void> {
  const utility = taskUtility({ task, split: "test", seed: 1, sandbox, calibration });
  const { signal } = new AbortController();
  const [seed, better] = [await utility.score(task.seedSolution, signal), await utility.score(solution, signal)];
  console.log(
    `${task.name}: seed ${seed.score.toFixed(4)}, ${better.parts.length} instances, good ${better.score.toFixed(4)} ${JSON.stringify(better.losses)} ${better.flags.join(" ")}`,
  );
}

for (const set of ["uf20-91", "uf50-218", "uuf50-218"]) {
  const found = files(`sat/${set}/*.cnf`);
  const sizes = new Set(found.map((file) => `${parseDimacs(file).variables}/${parseDimacs(file).clauses.length}`));
  console.log(`${set}: ${found.length} files load, variables/clauses ${[...sizes].join(" ")}`);
  await report(fromDimacs(found), good["sat"] ?? "");
}

const known = new Map(
  readFileSync(join(folder, "maxcut/best_known.csv"), "utf8")
    .split("\n")
    .map((line) => [`${line.split(",")[0]}.txt`, Number(line.split(",")[2])] as [string, number]),
);
const graphs = files("maxcut/G*.txt").map((file) => ({ ...file, best: known.get(file.name) ?? Number.NaN }));
console.log(
  `gset: ${graphs.length} files load, ${graphs.filter((file) => parseGset(file).length > 0).length} with nodes`,
);
await report(
  fromGset(
    graphs.filter((file) => parseGset(file).length <= 1000),
    { limitSeconds: 1 },
  ),
  good["max-cut"] ?? "",
);

const solutions = new Map(files("qaplib/*.sln").map((file) => [file.name.replace(".sln", ".dat"), file]));
let [checked, costOnly] = [0, 0];
const withOptimum: { name: string; text: string; best: number }[] = [];
for (const file of files("qaplib/*.dat")) {
  try {
    const problem = parseQaplib(file);
    const listed = solutions.get(file.name);
    if (listed === undefined) continue;
    const { cost, assignment } = parseQaplibSolution(listed, problem);
    if (assignment === undefined) costOnly++;
    else checked++;
    if (problem.flow.length <= 30) withOptimum.push({ ...file, best: cost });
  } catch (thrown) {
    console.log(`  ${messageOf(thrown)}`);
  }
}
console.log(`qaplib: ${checked} solutions have the cost they say, ${costOnly} name a cost alone`);
for (const file of withOptimum.slice(0, 12)) {
  const { cost } = searchQap(parseQaplib(file), createRandom(file.name), { starts: 4, iterations: 1000 });
  console.log(
    `  ${file.name}: search ${cost}, best known ${file.best}, gap ${((100 * (cost - file.best)) / file.best).toFixed(2)} %`,
  );
}
await report(fromQaplib(withOptimum), good["qap"] ?? "");
await sandbox.close();

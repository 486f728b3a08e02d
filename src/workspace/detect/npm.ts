/** Guesses what the script `bench` of a package measures, of a monorepo's packages too, and where vitest leaves the number. */
import { basename } from "node:path";

import { type Found, packageIn, workspaceFolders } from "./found.ts";
import { type Guess, shellWord } from "./guess.ts";
import { printedMetric } from "./training.ts";

export const NPM_BENCH = "npm run --silent bench";

const SOURCE = /\.[mc]?[jt]s$/;
const OF_TESTS = /[._](?:bench|test|spec)\.[mc]?[jt]sx?$/;

export function npmBench(found: Found): Guess | null {
  const { scripts, workspaces } = found;
  if (scripts["bench"] === undefined) return benchInPackage(found);
  const own = sourcesIn(found, ".", scripts["bench"]);
  const packages = workspaces.map((one) => `${one}/src/**`);
  const program = own.isFolder || packages.length === 0 ? own.program : packages;
  const guess = { program, run: NPM_BENCH, metric: "seconds", trainSeconds: 60 };
  return { ...guess, ...vitestBench(found, ".", scripts["bench"]) };
}

/** The first package of a monorepo that has such a script, where its root has none. */
function benchInPackage(found: Found): Guess | null {
  for (const folder of workspaceFolders(found)) {
    const script = packageIn(found.read(`${folder}/package.json`)).scripts["bench"];
    if (script === undefined) continue;
    const file = script.split(/\s+/).find((word) => SOURCE.test(word));
    return {
      program: sourcesIn(found, folder, script).program,
      run: `cd ${shellWord(folder)} && ${NPM_BENCH}`,
      metric: "seconds",
      trainSeconds: 60,
      ...(file !== undefined && printedMetric(found.read(`${folder}/${file}`))),
      ...vitestBench(found, folder, script),
    };
  }
  return null;
}

/** What measures is not what may be edited, where there is anything else. */
function sourcesIn({ list, below }: Found, folder: string, script: string) {
  const at = (path: string) => (folder === "." ? path : `${folder}/${path}`);
  const files = list(folder);
  const inside = ["src", "lib", "source"].find((name) => files.includes(name));
  if (inside !== undefined) {
    const isTested = below(OF_TESTS).some((path) => path.startsWith(at(`${inside}/`)));
    return {
      isFolder: true,
      program: [at(`${inside}/**`), ...(isTested ? [`!${at(inside)}/**/*[._]{bench,test,spec}.*`] : [])],
    };
  }
  const main = files.find((file) => script.split(/\s+/).includes(file));
  const own = files.filter((file) => SOURCE.test(file) && !/bench|test|spec|config|\.d\./.test(file));
  const others = own.filter((file) => file !== main);
  const elsewhere = others.length > 0 ? others : main === undefined ? ["src/**"] : [main];
  return { isFolder: false, program: elsewhere.map(at) };
}

/** Its table rounds, and ends with words; its JSON has the milliseconds of each: the first of the first file is taken. */
function vitestBench({ below, read }: Found, folder: string, script: string): Partial<Guess> {
  if (!/\bvitest\b.*\sbench\b/.test(script) || /[;&|]/.test(script)) return {};
  const [file, ...files] = below(/\.bench\.[mc]?[jt]sx?$/).filter(
    (path) => folder === "." || path.startsWith(`${folder}/`),
  );
  if (file === undefined) return {};
  const once = /\s--run\b/.test(script) ? "" : "--run ";
  const only = files.length > 0 ? ` ${shellWord(basename(file))}` : "";
  const names = [file, ...files].flatMap((path) =>
    [...read(path).matchAll(/\bbench(?:\.\w+)?\(\s*["'`](.+?)["'`]/g)].map(([, name = ""]) => name),
  );
  const measured = `${NPM_BENCH} -- ${once}--outputJson $STROP_OUTPUT/bench.json${only}`;
  return {
    run: `${folder === "." ? "" : `cd ${shellWord(folder)} && `}${measured} && ${PRINT_MEDIAN}`,
    metric: "ms",
    others: names.slice(1),
  };
}

/** As a line of its own, by a name that says what it is. */
const PRINT_MEDIAN =
  "node -p '`ms: ${require(`${process.env.STROP_OUTPUT}/bench.json`).files[0].groups[0].benchmarks[0].median}`'";

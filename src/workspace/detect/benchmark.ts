/** Guesses how a benchmark of a language's own tools is run, and where its number is: in a fixed unit, never in one that changes with it. */
import { dirname } from "node:path";

import { printedMetric } from "./training.ts";
import type { Found } from "./found.ts";
import { after, type Guess, shellWord } from "./guess.ts";
import { isInside } from "../config/schema.ts";
import { readsClock } from "../reads-clock.ts";

/**
 * `prefix` of cargo: what is compiled already is copied, because packages take longer than the program itself; also where
 * nothing is yet, as it will be when the user has built it once. Of `target` only what is asked for: beside it lie debug
 * builds, often gigabytes.
 */
export const cargoPrefix = ({ list, read }: Found): string => {
  const hasPackages = /^\[(?:[\w-]+\.)?(?:dev-)?dependencies\]\s*^\w/m.test(read("Cargo.toml"));
  const copy = "mkdir -p /tmp/target; cp -a target/release /tmp/target 2>/dev/null; ";
  return `${hasPackages || list("target").includes("release") ? copy : ""}CARGO_TARGET_DIR=/tmp/target `;
};

export function cargoBench(found: Found): Guess | null {
  const { files, read, list } = found;
  if (!files.includes("Cargo.toml")) return null;
  const main = "src/main.rs";
  const isTimed = list("src").includes("lib.rs") && readsClock(read(main));
  const folders = ["src", ...membersIn(found).map((member) => `${member}/src`)].filter((one) => list(one).length > 0);
  const globs = (folders.length === 0 ? ["src"] : folders).map((folder) => `${folder}/**/*.rs`);
  const rust = { program: [...globs, ...(isTimed ? [`!${main}`] : [])], trainSeconds: 60 };
  const prefix = cargoPrefix(found);
  const benches = [".", ...membersIn(found)].flatMap((member) => benchesIn(member, found));
  const [bench, ...others] = benches;
  if (bench === undefined) return { ...rust, ...cargoProgram(prefix, found) };
  if (!bench.isCriterion) return { ...rust, run: `${prefix}cargo bench --offline`, metric: "seconds" };
  const names = functionsIn(bench.text);
  const run = `${prefix}cargo bench --offline --bench ${bench.name} -- --output-format bencher`;
  return {
    ...rust,
    run: names.length > 1 ? `${run} ${shellWord(`(^|/)${names[0]}$`)}` : run,
    metric: "ns/iter",
    pattern: String.raw`bench:\s*(\d+) ns/iter`,
    others: [...names.slice(1), ...others.flatMap(({ name, text }) => [...functionsIn(text), name].slice(0, 1))],
  };
}

/** The program itself, of the package or of the first in the workspace that has one. */
function cargoProgram(prefix: string, found: Found) {
  const member = [".", ...membersIn(found)].find((one) => found.list(`${one}/src`).includes("main.rs")) ?? ".";
  const manifest = found.read(`${member}/Cargo.toml`);
  const name = /^\[\[bin\]\]\s*^name\s*=\s*"([\w-]+)"/m.exec(manifest) ?? /^name\s*=\s*"([\w-]+)"/m.exec(manifest);
  const printed = printedMetric(found.read(`${member}/src/main.rs`));
  return name === null
    ? { run: `${prefix}cargo run --release --offline`, metric: "seconds", ...printed }
    : after(`${prefix}cargo build -q --release --offline`, `/tmp/target/release/${name[1]}`, printed);
}

/** What criterion calls each of a file's benchmarks: its arguments are patterns of these. */
const functionsIn = (text: string): string[] =>
  [...text.matchAll(/\bbench_function\(\s*"([\w /-]+)"/g)].map(([, name = ""]) => name);

/** The folders of a workspace's packages. */
function membersIn({ read, list }: Found): string[] {
  const members = /^members\s*=\s*\[([^\]]*)\]/m.exec(read("Cargo.toml"))?.[1] ?? "";
  const paths = [...members.matchAll(/"([\w./*-]+)"/g)].map(([, path = ""]) => path).filter(isInside);
  return paths.flatMap((path) => {
    const folder = path.replace(/\/\*$/, "");
    const found = folder === path ? [path] : list(folder).map((name) => `${folder}/${name}`);
    return found.filter((one) => list(one).includes("Cargo.toml"));
  });
}

interface Bench {
  readonly name: string;
  readonly text: string;
  readonly isCriterion: boolean;
}

function benchesIn(member: string, { read, list }: Found): Bench[] {
  const manifest = read(`${member}/Cargo.toml`);
  const named = [...manifest.matchAll(/^\[\[bench\]\]\s*^name\s*=\s*"(.+?)"/gm)].map(([, name = ""]) => name);
  const files = list(`${member}/benches`).filter((file) => file.endsWith(".rs"));
  const names = [...new Set([...named, ...files.map((file) => file.slice(0, -3))])];
  const isCriterion = manifest.includes("criterion");
  return names.map((name) => ({ name, isCriterion, text: read(`${member}/benches/${name}.rs`) }));
}

export function goBench({ files, read, below }: Found): Guess | null {
  if (!files.includes("go.mod")) return null;
  const go = { program: ["**/*.go", "!**/*_test.go"], trainSeconds: 60 };
  const [bench, ...others] = below(/_test\.go$/).flatMap((path) =>
    [...read(path).matchAll(/^func (Benchmark\w+)\(/gm)].map(([, name = ""]) => ({ name, package: goPackage(path) })),
  );
  if (bench === undefined) {
    const main = below(/\.go$/).find((path) => /^package main\b/m.test(read(path)) && !path.endsWith("_test.go"));
    const built = `go build -o /tmp/main ${main === undefined ? "." : goPackage(main)}`;
    return { ...go, ...after(built, "/tmp/main", printedMetric(read(main ?? ""))) };
  }
  const run = `go test -run '^$' -bench '^${bench.name}$'${bench.package === "." ? "" : ` ${bench.package}`}`;
  return {
    ...go,
    run,
    metric: "ns/op",
    pattern: String.raw`\s([\d.]+) ns/op`,
    others: others.map(({ name }) => name),
  };
}

/** As go's commands take it. */
const goPackage = (path: string): string => (path.includes("/") ? shellWord(`./${dirname(path)}`) : ".");

/** pytest-benchmark: its table changes units, its JSON has seconds. */
export function pytestBenchmark({ files, list, read, python }: Found): Guess | null {
  const paths = ["benchmarks", "bench", "tests/benchmarks", "tests", "."].flatMap((folder) =>
    list(folder)
      .filter((name) => name.endsWith(".py"))
      .map((name) => (folder === "." ? name : `${folder}/${name}`)),
  );
  for (const path of paths) {
    const tests = /^def (test_?\w*)\([^)]*\bbenchmark\b/gm;
    const [test, ...others] = [...read(path).matchAll(tests)].map(([, name = ""]) => name);
    if (test === undefined) continue;
    const program = files.includes("src")
      ? ["src/**/*.py"]
      : ["**/*.py", "!**/*test*", "!**/*bench*/**", "!**/*bench*"];
    const run = `${python} -m pytest ${path}::${test} --benchmark-only --benchmark-json=$STROP_OUTPUT/benchmark.json`;
    return { program, run, metric: "benchmarks.0.stats.median", file: "benchmark.json", others, trainSeconds: 60 };
  }
  return null;
}

/** A script of its own that times a package or modules beside it, which are then what may be edited. */
export function pythonBench({ files, list, read, python }: Found): Guess | null {
  const inside = ["bench", "benches", "benchmark", "benchmarks"].flatMap((folder) =>
    list(folder).map((name) => `${folder}/${name}`),
  );
  const script = [...files, ...inside].find((path) => BENCH.test(path) && readsClock(read(path)));
  if (script === undefined) return null;
  const modules = [...read(script).matchAll(/^\s*(?:from|import)\s+(\w+)/gm)].map(([, name = ""]) => name);
  const program = new Set(
    modules.flatMap((name) => {
      if (list(`src/${name}`).length > 0) return [`src/${name}/**/*.py`];
      if (list(name).includes("__init__.py")) return [`${name}/**/*.py`];
      return files.includes(`${name}.py`) ? [`${name}.py`] : [];
    }),
  );
  if (program.size === 0) return null;
  return { program: [...program], run: `${python} ${script}`, metric: "seconds", trainSeconds: 60 };
}

const BENCH = /^bench[^/]*(?:\/(?!__|conftest|test_)\w+)?\.py$/;

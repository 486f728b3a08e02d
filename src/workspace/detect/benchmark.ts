/** Guesses how a benchmark of a language's own tools is run, and where its number is: in a fixed unit, never in one that changes with it. */
import { printedMetric } from "./training.ts";
import type { Found } from "./found.ts";
import type { Guess } from "./guess.ts";
import { readsClock } from "../reads-clock.ts";

/** `prefix` of cargo: what is compiled already is copied, because packages take longer than the program itself. */
export const cargoPrefix = (files: readonly string[]): string =>
  `${files.includes("target") ? "cp -a target /tmp && " : ""}CARGO_TARGET_DIR=/tmp/target `;

export function cargoBench({ files, read, list }: Found): Guess | null {
  if (!files.includes("Cargo.toml")) return null;
  const manifest = read("Cargo.toml");
  const main = "src/main.rs";
  const isTimed = list("src").includes("lib.rs") && readsClock(read(main));
  const rust = { program: ["src/**/*.rs", ...(isTimed ? [`!${main}`] : [])], trainSeconds: 60 };
  const prefix = cargoPrefix(files);
  const found = list("benches").find((file) => file.endsWith(".rs"));
  const name = /^\[\[bench\]\]\s*^name\s*=\s*"(.+?)"/m.exec(manifest)?.[1] ?? found?.slice(0, -3);
  if (name === undefined || !manifest.includes("criterion"))
    return {
      ...rust,
      run: `${prefix}cargo ${name === undefined ? "run --release" : "bench"} --offline`,
      metric: "seconds",
      ...(isTimed && printedMetric(read(main))),
    };
  const run = `${prefix}cargo bench --offline --bench ${name} -- --output-format bencher`;
  return { ...rust, run, metric: "ns/iter", pattern: String.raw`bench:\s*(\d+) ns/iter` };
}

export function goBench({ files, read }: Found): Guess | null {
  if (!files.includes("go.mod")) return null;
  const go = { program: ["**/*.go", "!**/*_test.go"], trainSeconds: 60 };
  const tests = files.filter((file) => file.endsWith("_test.go")).map(read);
  const name = tests.map((text) => /^func (Benchmark\w+)\(/m.exec(text)?.[1]).find((one) => one !== undefined);
  if (name === undefined) return { ...go, run: "go run .", metric: "seconds" };
  return { ...go, run: `go test -run '^$' -bench '^${name}$'`, metric: "ns/op", pattern: String.raw`\s([\d.]+) ns/op` };
}

/** pytest-benchmark: its table changes units, its JSON has seconds. */
export function pytestBenchmark({ files, list, read, python }: Found): Guess | null {
  const paths = ["benchmarks", "bench", "tests/benchmarks", "tests", "."].flatMap((folder) =>
    list(folder)
      .filter((name) => name.endsWith(".py"))
      .map((name) => (folder === "." ? name : `${folder}/${name}`)),
  );
  for (const path of paths) {
    const test = /^def (test_?\w*)\([^)]*\bbenchmark\b/m.exec(read(path))?.[1];
    if (test === undefined) continue;
    const program = files.includes("src")
      ? ["src/**/*.py"]
      : ["**/*.py", "!**/*test*", "!**/*bench*/**", "!**/*bench*"];
    const run = `${python} -m pytest ${path}::${test} --benchmark-only --benchmark-json=$STROP_OUTPUT/benchmark.json`;
    return { program, run, metric: "benchmarks.0.stats.median", file: "benchmark.json", trainSeconds: 60 };
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

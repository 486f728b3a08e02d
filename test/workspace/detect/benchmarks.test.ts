import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { detectCheck } from "../../../src/workspace/detect/check.ts";
import { detectPrograms, detectScratch } from "../../../src/workspace/detect/detect.ts";
import { after } from "../../../src/workspace/detect/guess.ts";
import { foundIn } from "../../../src/workspace/detect/found.ts";
import { scratch } from "../scratch.ts";

const CRITERION = '[dev-dependencies]\ncriterion = "0.5"\n[[bench]]\nname = "scan"\nharness = false';
const TARGET = "CARGO_TARGET_DIR=/tmp/target";
const COPY = "mkdir -p /tmp/target; cp -a target/release /tmp/target 2>/dev/null; ";
const GOOGLE = "#include <benchmark/benchmark.h>\nBENCHMARK(BM_Near)->Arg(5);\nBENCHMARK(BM_Far);\nBENCHMARK_MAIN();";
const MEDIAN =
  "node -p '`ms: ${require(`${process.env.STROP_OUTPUT}/bench.json`).files[0].groups[0].benchmarks[0].median}`'";
const BUILD = "cmake -S . -B build -DCMAKE_BUILD_TYPE=Release > /dev/null && cmake --build build";
const JMH = `@BenchmarkMode(Mode.Throughput)
public class IndexBench {
  @Benchmark
  @Fork(2)
  public List<String> top() {}
  @Benchmark public void join(Blackhole b) {}
}`;
const POM = "<artifactId>jmh-core</artifactId><finalName>benchmarks</finalName>";

describe("guessing which benchmark is run", () => {
  it.each([
    [
      "go's, of whatever package",
      {
        "go.mod": "",
        "main.go": "",
        "a/b/x_test.go": "func BenchmarkPut(b *testing.B) {}\nfunc BenchmarkGet(b",
        "vendor/z/z_test.go": "func BenchmarkNo(",
      },
      { run: "go test -run '^$' -bench '^BenchmarkPut$' ./a/b", metric: "ns/op", others: ["BenchmarkGet"] },
    ],
    [
      "go's own main, where there is none",
      { "go.mod": "", "cmd/route/main.go": 'package main\nfmt.Printf("elapsed: %d\\n", d)', "a/a.go": "package a" },
      { run: "go build -o /tmp/main ./cmd/route && /tmp/main", metric: "elapsed" },
    ],
    [
      "criterion's first function of several, by its name",
      {
        "Cargo.toml": CRITERION,
        "benches/scan.rs": 'c.bench_function("sum 5k", f);\nc.bench_function("near", g);',
        "benches/z.rs": "",
      },
      {
        run: `${COPY}${TARGET} cargo bench --offline --bench scan -- --output-format bencher '(^|/)sum 5k$'`,
        others: ["near", "z"],
      },
    ],
    [
      "criterion's, of a workspace's package",
      {
        "Cargo.toml": '[workspace]\nmembers = [\n  "crates/*",\n]',
        "crates/a/Cargo.toml": CRITERION,
        "crates/a/src/lib.rs": "",
        "crates/a/benches/scan.rs": "",
      },
      {
        run: `${TARGET} cargo bench --offline --bench scan -- --output-format bencher`,
        program: ["crates/a/src/**/*.rs"],
      },
    ],
    [
      "vitest's, in its JSON",
      {
        "package.json": '{"scripts":{"bench":"vitest bench"}}',
        "src/a.ts": "",
        "src/a.bench.ts": 'bench("one", f);\nbench.skipIf(x)("two", f);\nbench("three", f);',
      },
      {
        program: ["src/**", "!src/**/*[._]{bench,test,spec}.*"],
        run: `npm run --silent bench -- --run --outputJson $STROP_OUTPUT/bench.json && ${MEDIAN}`,
        metric: "ms",
        others: ["three"],
      },
    ],
    [
      "that of a monorepo's package, as npm has them",
      {
        "package.json": '{"workspaces":["packages/*"]}',
        "packages/a/package.json": "{}",
        "packages/b/package.json": '{"scripts":{"bench":"node bench/run.js"}}',
        "packages/b/src/x.js": "",
        "packages/b/bench/run.js": "console.log(`elapsed: ${ms} ms`)",
      },
      { program: ["packages/b/src/**"], run: "cd packages/b && npm run --silent bench", metric: "elapsed" },
    ],
    [
      "and as pnpm has them",
      {
        "package.json": "{}",
        "pnpm-workspace.yaml": "packages:\n  - 'libs/*'\n  - \"../../else\"\n",
        "libs/b/package.json": '{"scripts":{"bench":"vitest bench --run"}}',
        "libs/b/lib/x.ts": "",
        "libs/b/x.bench.ts": "",
        "libs/b/y.bench.ts": "",
      },
      {
        program: ["libs/b/lib/**"],
        run: `cd libs/b && npm run --silent bench -- --outputJson $STROP_OUTPUT/bench.json x.bench.ts && ${MEDIAN}`,
      },
    ],
    [
      "Google's, of a CMake project",
      {
        "CMakeLists.txt": "add_executable(a_test tests/t.cpp)\nadd_subdirectory(bench)",
        "bench/CMakeLists.txt": "add_executable(a_bench\n  ${X}/b.cpp)",
        "bench/b.cpp": GOOGLE,
        "src/a.cpp": "",
        "include/a.hpp": "",
        "tests/t.cpp": "",
      },
      {
        program: ["src/**/*.{c,cc,cpp,cxx,h,hh,hpp,hxx}", "include/**/*.{c,cc,cpp,cxx,h,hh,hpp,hxx}"],
        run: `${BUILD} --target a_bench > /dev/null && build/bench/a_bench --benchmark_filter='^BM_Near(/|$)' --benchmark_out=$STROP_OUTPUT/bench.json`,
        metric: "benchmarks.0.real_time",
        file: "bench.json",
        others: ["BM_Far"],
      },
    ],
    [
      "the only program of a CMake project",
      { "CMakeLists.txt": "add_executable(go main.cc a.cc)", "main.cc": 'clock(); printf("ms: %f", x);', "a.cc": "" },
      { run: `${BUILD} --target go > /dev/null && build/go`, metric: "ms" },
    ],
    [
      "JMH's, in one unit and one direction",
      { "pom.xml": POM, "src/main/java/org/a/IndexBench.java": JMH, "src/main/java/org/a/Index.java": "" },
      {
        program: ["**/src/main/java/**/*.java", "!src/main/java/org/a/IndexBench.java"],
        run: "mvn -o -q package -DskipTests && java -jar target/benchmarks.jar -f 1 -wi 3 -w 1 -i 5 -r 1 -bm avgt -tu ns '\\.IndexBench\\.top$'",
        metric: "ns/op",
        others: ["join"],
      },
    ],
    [
      "a main of Maven's that reads the clock",
      {
        "pom.xml": "",
        "src/main/java/org/a/Main.java": "",
        "src/main/java/org/a/Timing.java":
          'public static void main(String[] a) { System.nanoTime(); System.out.printf("millis: %d", x); }',
        "src/test/java/org/a/T.java": "static void main(",
      },
      {
        program: ["**/src/main/java/**/*.java", "!src/main/java/org/a/Timing.java"],
        run: "mvn -o -q compile && java -cp target/classes org.a.Timing",
        metric: "millis",
      },
    ],
  ])("finds %s", (_which, files, expected) => {
    expect(detectPrograms(scratch(files))[0]).toMatchObject(expected);
  });

  it.each([
    [
      {
        "Cargo.toml": '[workspace]\nmembers = ["cli"]',
        "cli/Cargo.toml": '[package]\nname = "sums"',
        "cli/src/main.rs": "",
      },
      `${TARGET} cargo build -q --release --offline && `,
      "/tmp/target/release/sums",
    ],
    [{ "CMakeLists.txt": "add_executable(go a.c)", "a.c": "" }, `${BUILD} --target go > /dev/null && `, "build/go"],
    [
      { "pom.xml": "", "core/src/main/java/a/Main.java": "public static void main(String[] a) {}" },
      "mvn -o -q compile && ",
      "java -cp core/target/classes a.Main",
    ],
  ])("times a program that prints no number: %j", (files, build, program) => {
    expect(detectPrograms(scratch(files))[0]).toMatchObject({
      run: `${build}bash -c 'TIMEFORMAT="seconds: %R"; time ${program}'`,
      metric: "seconds",
      direction: "minimize",
    });
  });

  it("writes a command whose last line is the time of the program alone, whatever that prints", () => {
    const run = after("true", "echo seconds: 99", undefined).run;
    const { stdout, stderr } = spawnSync("sh", ["-c", run], {
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    });
    expect(stdout).toBe("seconds: 99\n");
    expect(stderr).toMatch(/^seconds: \d+\.\d{3}\n$/);
  });

  it("reads the number, and nothing else, from what JMH prints", () => {
    const [guess] = detectPrograms(scratch({ "pom.xml": POM, "src/main/java/IndexBench.java": JMH }));
    const printed = [
      "# Benchmark mode: Average time, time/op",
      "Iteration   1: 350106837.750 ns/op",
      "Benchmark            Mode  Cnt          Score          Error  Units",
      "IndexBench.top       avgt    5  338475965.125 ± 556088262.386  ns/op",
      "IndexBench.top       avgt       123.456                        ns/op",
    ];
    const pattern = new RegExp(guess?.pattern ?? "");
    expect(printed.map((line) => pattern.exec(line)?.[1])).toEqual([
      undefined,
      undefined,
      undefined,
      "338475965.125",
      "123.456",
    ]);
  });

  it("takes for nobody's benchmark what it cannot name: a project without a program", () => {
    const folder = scratch({ "CMakeLists.txt": "add_library(a a.cpp)", "pom.xml": "<a/>", "a.cpp": "", "A.java": "" });
    expect(detectPrograms(folder).map(({ run }) => run)).toEqual(["java A.java"]);
  });

  it("looks below a folder for a while, and not for ever", () => {
    const folder = scratch({ "go.mod": "", "a/x_test.go": "", "node_modules/b/x_test.go": "", ".git/x_test.go": "" });
    symlinkSync(".", join(folder, "a/circle"));
    mkdirSync(join(folder, "many"));
    for (let i = 0; i < 2_000; i++) mkdirSync(join(folder, "many", `${i}`));
    const found = foundIn(folder).below(/_test\.go$/);
    expect(found[0]).toBe("a/x_test.go");
    expect(found.filter((path) => path.includes("node_modules") || path.includes(".git"))).toEqual([]);
  });
});

describe("guessing the tests of a build", () => {
  it.each([
    [{ "pom.xml": "", "src/test/java/ATest.java": "" }, "mvn -o -q test"],
    [{ "pom.xml": "" }, undefined],
    [
      { "CMakeLists.txt": "add_subdirectory(tests)", "tests/CMakeLists.txt": "  gtest_discover_tests(t)" },
      `${BUILD} > /dev/null && ctest --test-dir build --output-on-failure`,
    ],
    [{ "CMakeLists.txt": "add_executable(a a.c)" }, undefined],
    [
      {
        "package.json": '{"workspaces":["p/*"]}',
        "p/a/package.json": '{"scripts":{"bench":"node b.js","test":"node --test"}}',
      },
      "cd p/a && npm test --silent",
    ],
  ])("in %j finds %s", (files, expected) => {
    expect(detectCheck(scratch(files))).toBe(expected);
  });

  it("lets every module of Maven's begin with nothing built", () => {
    const folder = scratch({
      "pom.xml": "",
      "target/x": "",
      "core/pom.xml": "",
      "core/target/x": "",
      "dependency-reduced-pom.xml": "",
      "docs/target/x": "",
    });
    expect(detectScratch(folder, { run: "mvn -o -q compile", program: [] })).toEqual([
      "core/target",
      "dependency-reduced-pom.xml",
      "target",
    ]);
    expect(detectScratch(folder, { run: "go run .", program: [] })).toEqual([]);
  });
});

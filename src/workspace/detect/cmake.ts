/** Guesses which program of a CMake project measures, and where Google Benchmark leaves the number. */
import { dirname } from "node:path";

import { printedMetric } from "./training.ts";
import type { Found } from "./found.ts";
import { after, type Guess } from "./guess.ts";
import { readsClock } from "../reads-clock.ts";

const SOURCES = "*.{c,cc,cpp,cxx,h,hh,hpp,hxx}";
const SOURCE = /\.(?:c|cc|cpp|cxx)$/;

/** Configured as a release unless the project says otherwise: a build without a type is not optimised. */
export const CONFIGURE = "cmake -S . -B build -DCMAKE_BUILD_TYPE=Release > /dev/null";

export function cmakeProgram(found: Found): Guess | null {
  if (!found.files.includes("CMakeLists.txt")) return null;
  const programs = programsIn(found);
  const isBenchmark = ({ text }: Program) => /#include\s*[<"]benchmark\/benchmark\.h[>"]/.test(text);
  const [only, ...more] = programs.filter(({ path }) => !/test/i.test(path));
  const one =
    programs.find(isBenchmark) ??
    programs.find(({ text, name }) => readsClock(text) || /bench/i.test(name)) ??
    (more.length === 0 ? only : undefined);
  if (one === undefined) return null;
  const build = `${CONFIGURE} && cmake --build build --target ${one.name} > /dev/null`;
  const guess = { program: editedIn(found, one), trainSeconds: 60 };
  if (!isBenchmark(one)) return { ...guess, ...after(build, `build/${one.path}`, printedMetric(one.text)) };
  const [name = "", ...others] = [...one.text.matchAll(/^\s*BENCHMARK\(\s*(\w+)/gm)].map(([, word = ""]) => word);
  return {
    ...guess,
    run: `${build} && build/${one.path} --benchmark_filter='^${name}(/|$)' --benchmark_out=$STROP_OUTPUT/bench.json`,
    // In the benchmark's own unit, which stays: nanoseconds, unless its source names another.
    metric: "benchmarks.0.real_time",
    file: "bench.json",
    others,
  };
}

interface Program {
  readonly name: string;
  /** Where it is built, in the folder of builds. */
  readonly path: string;
  readonly text: string;
  readonly sources: readonly string[];
}

function programsIn({ below, read }: Found): Program[] {
  const lists = below(/^CMakeLists\.txt$/).filter((path) => /^[\w./-]+$/.test(path));
  return lists.flatMap((list) => {
    const folder = dirname(list);
    const at = (path: string) => (folder === "." ? path : `${folder}/${path}`);
    return [...read(list).matchAll(/^\s*add_executable\s*\(\s*([\w.-]+)\s+([^)]*)\)/gim)].map(
      ([, name = "", words = ""]) => {
        const sources = words
          .split(/\s+/)
          .filter((word) => SOURCE.test(word))
          .map((word) => at(word.replace(/^\$\{\w+\}\//, "")));
        return { name, path: at(name), sources, text: sources.map(read).join("\n") };
      },
    );
  });
}

/** The sources but for those that measure or test. */
function editedIn({ files, below }: Found, { sources }: Program): string[] {
  const folders = ["src", "include", "lib", "source"].filter((name) => files.includes(name));
  if (folders.length > 0) {
    const measuring = sources.filter((path) => folders.includes(path.split("/")[0] ?? ""));
    const isApart =
      measuring.length < below(SOURCE).filter((path) => folders.includes(path.split("/")[0] ?? "")).length;
    return [...folders.map((name) => `${name}/**/${SOURCES}`), ...(isApart ? measuring.map((path) => `!${path}`) : [])];
  }
  const isApart = below(SOURCE).some((path) => !sources.includes(path) && !/test/i.test(path));
  return [SOURCES, "!*test*", ...(isApart ? sources.map((path) => `!${path}`) : [])];
}

/** Guesses what a Makefile builds, how that is timed, and which of its sources do not themselves measure. */
import { printedMetric } from "./detect-training.ts";
import type { Found } from "./found.ts";
import type { Guess } from "./guess.ts";

const SOURCES = "*.{c,cc,cpp,cxx,h,hpp,rs,go,py,js,ts}";
const SOURCE = /\.(?:c|cc|cpp|cxx|h|hpp|rs|go|py|js|ts)$/;
/** What reads the clock decides how much there is to do, so it is no part of what is to be made faster. */
const CLOCK =
  /\b(?:clock_gettime|gettimeofday|omp_get_wtime|chrono::\w+_clock|Instant::now|time\.Now|perf_counter|performance\.now|hrtime|nanoTime)\b|\bclock\(\s*\)/;

/** A target `bench`, or else the one program that is linked, which is then run. */
export function makeProgram({ makefile, files, read }: Found): Guess | null {
  const target = /^(bench\w*)\s*:(?!=)/m.exec(makefile)?.[1];
  const built = target === undefined ? linkedBy(makefile) : undefined;
  if (target === undefined && built === undefined) return null;
  const sources = files.filter((file) => SOURCE.test(file) && !/test/.test(file));
  const timing = sources.filter((file) => CLOCK.test(read(file)));
  const isApart = timing.length < sources.filter((file) => !/\.h(?:pp)?$/.test(file)).length;
  const metric = timing.map((file) => printedMetric(read(file))).find((one) => one !== undefined);
  return {
    program: files.includes("src")
      ? ["src/**"]
      : [SOURCES, "!*test*", ...(isApart ? timing.map((file) => `!${file}`) : [])],
    run: target === undefined ? `make -s && ./${built}` : `make -s ${target}`,
    metric: "seconds",
    ...metric,
    trainSeconds: 60,
  };
}

/** The first target, no test, whose recipe links it: `main: main.o` with `-o $@` or `-o main` below. */
function linkedBy(makefile: string): string | undefined {
  const values = new Map(
    [...makefile.matchAll(/^(\w+)\s*[:?]?=\s*([\w./-]+)\s*$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  const named = (word: string) => word.replace(/\$[({](\w+)[)}]/g, (_all, name: string) => values.get(name) ?? "");
  for (const [, word = "", recipe = ""] of makefile.matchAll(
    /^([\w./$(){}-]+)\s*:(?![=:])[^\n]*\n((?:\t[^\n]*\n?)+)/gm,
  )) {
    const target = named(word);
    const isLinked = /\s-o\s/.test(recipe) && !/\s-c\s/.test(recipe);
    if (isLinked && /^[\w./-]+$/.test(target) && !/test|\.(?:o|a|so)$/.test(target)) return target.replace(/^\.\//, "");
  }
  return undefined;
}

/** Guesses what a Makefile builds, how that is timed, and which of its sources do not themselves measure. */
import { printedMetric } from "./training.ts";
import type { Found } from "./found.ts";
import { after, type Guess } from "./guess.ts";
import { readsClock } from "../reads-clock.ts";
import { isInside } from "../config/schema.ts";

const SOURCES = "*.{c,cc,cpp,cxx,h,hpp,rs,go,py,js,ts}";
const SOURCE = /\.(?:c|cc|cpp|cxx|h|hpp|rs|go|py|js|ts)$/;
/** More was generated. In characters. */
const LONGEST = 500_000;

/** A target `bench`, or else the one program that is linked, which is then run. */
export function makeProgram({ makefile, files, read }: Found): Guess | null {
  const rules = makefile.slice(0, LONGEST).replaceAll(/\\\r?\n/g, " ");
  const target = benchIn(rules);
  const built = target === undefined ? linkedBy(rules) : undefined;
  if (target === undefined && built === undefined) return null;
  const sources = files.filter((file) => SOURCE.test(file) && !/test/.test(file));
  const timing = sources.filter((file) => readsClock(read(file)));
  const isApart = timing.length < sources.filter((file) => !/\.h(?:pp)?$/.test(file)).length;
  const metric = timing.map((file) => printedMetric(read(file))).find((one) => one !== undefined);
  return {
    program: files.includes("src")
      ? ["src/**"]
      : [SOURCES, "!*test*", ...(isApart ? timing.map((file) => `!${file}`) : [])],
    ...(target === undefined
      ? after("make -s", `./${built}`, metric)
      : { run: `make -s ${target}`, metric: "seconds", ...metric }),
    trainSeconds: 60,
  };
}

/** The target that measures: the plainest name, and none that builds or takes away what measures. */
function benchIn(rules: string): string | undefined {
  const targets = [...rules.matchAll(/^(bench\w*)\s*:(?!=)/gm)].map(([, name = ""]) => name);
  return (
    targets.find((name) => /^bench(?:marks?)?$/.test(name)) ?? targets.find((name) => !/clean|build|dep/.test(name))
  );
}

/** The first target, no test, whose recipe links it: `main: main.o` with `-o $@` or `-o main` below. */
function linkedBy(rules: string): string | undefined {
  const values = new Map(
    [...rules.matchAll(/^(\w+)\s*[:?]?=\s*([\w./-]{1,200})\s*$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  const named = (word: string) => word.replace(/\$[({](\w+)[)}]/g, (_all, name: string) => values.get(name) ?? "");
  for (const [, word = "", recipe = ""] of rules.matchAll(
    /^([\w./$(){}-]{1,200})\s*:(?![=:])[^\n]*\n((?:\t[^\n]*\n?)+)/gm,
  )) {
    const target = named(word).replace(/^\.\//, "");
    const isLinked = /\s-o\s/.test(recipe) && !/\s-c\s/.test(recipe);
    if (isLinked && /^[\w.-][\w./-]*$/.test(target) && isInside(target) && !/test|\.(?:o|a|so)$/.test(target))
      return target;
  }
  return undefined;
}

/**
 * How much a compiler may do: GCC's pragmas at the top of a C or C++ file, which work whatever builds it, and flags where the program's own
 * scripts have them. Build files without a grammar are not seen here.
 */
import { lineBreakOf, type Rewrite, type Rule, type Source } from "../rule.ts";

export const compilerFlags: Rule = {
  name: "compiler-flags",
  weight: 1,
  find: (source) => (source.language === "cpp" ? pragmas(source) : source.language === "bash" ? levels(source) : []),
};

const OPTIMIZE = ["O3", "O3,unroll-loops", "Ofast"];
/** What every 64-bit processor of Intel's and AMD's has had since about 2013 and 2017. */
const TARGETS = ["avx2,fma", "avx512f,avx512dq,avx512vl"];

/** Before everything else, so that functions of headers are compiled alike. */
function pragmas(source: Source): Rewrite[] {
  const { text, path } = source;
  if (!/\.(?:c|cc|cpp|cxx)$/i.test(path)) return [];
  const missing = (kind: string, values: readonly string[]) =>
    new RegExp(`#pragma GCC ${kind}\\b`).test(text) ? [] : values.map((value) => `#pragma GCC ${kind}("${value}")`);
  return [...missing("optimize", OPTIMIZE), ...missing("target", TARGETS)].map((line) => ({
    description: `add ${line}`,
    at: 0,
    replacements: [{ start: 0, end: 0, text: `${line}${lineBreakOf(source)}` }],
  }));
}

/** `-O2` of a build script becomes another level, or goes with the processor's own instructions. */
function levels({ text }: Source): Rewrite[] {
  return [...text.matchAll(/(?<=[\s"'=])-O(?:[0-3sz]|fast)?(?=[\s"']|$)/gm)].flatMap((found) =>
    ["-O2", "-O3", "-O3 -march=native", "-Ofast -march=native"]
      .filter((flags) => flags !== found[0])
      .map((flags) => ({
        description: `${found[0]} becomes ${flags}`,
        at: found.index,
        replacements: [{ start: found.index, end: found.index + found[0].length, text: flags }],
      })),
  );
}

/** Guesses which class of a Maven project measures, and how JMH is asked for one number in one unit. */
import { dirname, join } from "node:path";

import { printedMetric } from "./training.ts";
import { type Found, foundIn } from "./found.ts";
import { after, type Guess, shellWord } from "./guess.ts";
import { readsClock } from "../reads-clock.ts";

/** Briefer than JMH's own minutes: strop runs it again wherever it is noisy. */
const JMH = "-f 1 -wi 3 -w 1 -i 5 -r 1 -bm avgt -tu ns";

export function mavenProgram(found: Found): Guess | null {
  if (!found.files.includes("pom.xml")) return null;
  const { below, read } = found;
  const sources = below(/\.java$/).filter((path) => !path.includes("/test/"));
  const bench = sources.find((path) => /^\s*@Benchmark\b/m.test(read(path)));
  if (bench !== undefined) return jmh(found, bench);
  const mains = sources.filter((path) => /\bstatic void main\s*\(/.test(read(path)));
  const main = mains.find((path) => readsClock(read(path))) ?? mains[0];
  const place = /^((?:[\w./-]+\/)?)src\/main\/java\/([\w/]+)\.java$/.exec(main ?? "");
  if (main === undefined || place === null) return null;
  const [, module = "", name = ""] = place;
  const isTimed = readsClock(read(main)) && sources.length > 1;
  return {
    program: ["**/src/main/java/**/*.java", ...(isTimed ? [`!${main}`] : [])],
    ...after(
      "mvn -o -q compile",
      `java -cp ${module}target/classes ${name.replaceAll("/", ".")}`,
      printedMetric(read(main)),
    ),
    trainSeconds: 60,
  };
}

function jmh({ read, below }: Found, path: string): Guess | null {
  const names = [
    ...read(path).matchAll(/@Benchmark\b(?:\s*@\w+(?:\([^)]*\))?)*\s+public\s+[\w<>[\], ?]+?\s(\w+)\s*\(/g),
  ].map(([, name = ""]) => name);
  const [name, ...others] = names;
  const jar = /<finalName>\s*([\w.-]+)\s*<\/finalName>/;
  const pom = below(/^pom\.xml$/).find((one) => /\bjmh-core\b/.test(read(one)) && jar.test(read(one)));
  const [, built] = jar.exec(read(pom ?? "")) ?? [];
  if (name === undefined || pom === undefined || built === undefined) return null;
  const file = join(dirname(pom), "target", `${built}.jar`);
  const type = path.replace(/^.*\/|\.java$/g, "");
  return {
    program: ["**/src/main/java/**/*.java", `!${path}`],
    run: `mvn -o -q package -DskipTests && java -jar ${shellWord(file)} ${JMH} '\\.${type}\\.${name}$'`,
    metric: "ns/op",
    pattern: String.raw`avgt\s+(?:\d+\s+)?([\d.]+)\s.*ns/op`,
    trainSeconds: 60,
    others,
  };
}

/** What a build of Maven has left beside each module's sources. */
export const mavenTargets = (folder: string): string[] => {
  const { below, list } = foundIn(folder);
  return below(/^pom\.xml$/).flatMap((pom) => {
    const left = list(dirname(pom)).filter((name) => name === "target" || name === "dependency-reduced-pom.xml");
    return left.map((name) => join(dirname(pom), name));
  });
};

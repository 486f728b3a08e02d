/** Answers as a confused or hostile model might give them: seeded mutations of good ones, and noise. */
import type { Random } from "../../../src/core/numerics/random.ts";
import { block } from "./scripted.ts";

export const program = {
  "src/train.py": `import math

rate = 0.01
steps = 100

def schedule(step):
    if step > 10:
        return rate
    return rate

def train(data):
    total = 0
    for step in range(steps):
        total += schedule(step)
        total += schedule(step)
    return total
`,
  "src/util.py": "def half(x):\n\treturn x / 2\n\ndef third(x):\n\treturn x / 3\n",
};

const WHOLE = program["src/train.py"].replace("rate = 0.01", "rate = 0.02");

const GOOD: readonly string[] = [
  `Idea: a higher rate\n\nsrc/train.py\n${block("rate = 0.01", "rate = 0.02")}`,
  `Idea: two changes\n\nsrc/train.py\n${block("steps = 100", "steps = 200")}\nsrc/util.py\n${block("\treturn x / 2", "\treturn x * 0.5")}`,
  `Idea: a line that is there twice\n\nsrc/train.py\n${block("        total += schedule(step)", "        total -= schedule(step)")}`,
  `Idea: deletion\n\nsrc/train.py\n${block("    if step > 10:\n        return rate\n    return rate", "    return rate")}`,
  `Idea: whole\n\nsrc/train.py\n\`\`\`python\n${WHOLE}\`\`\`\n`,
  `Idea: diff\n\n\`\`\`diff\n--- a/src/train.py\n+++ b/src/train.py\n@@ -3,2 +3,2 @@\n-rate = 0.01\n+rate = 0.02\n steps = 100\n\`\`\`\n`,
  `Idea: ambiguous diff\n\n--- a/src/train.py\n+++ b/src/train.py\n@@ -99,3 +99,3 @@\n-        total += schedule(step)\n+        total *= schedule(step)\n`,
];

const ODD_LINES: readonly string[] = [
  "```",
  "````python",
  "~~~",
  "<<<<<<< SEARCH",
  "=======",
  ">>>>>>> REPLACE",
  "--- a/src/train.py",
  "+++ b/src/train.py",
  "@@ -1,99 +1,2 @@",
  "@@",
  "...",
  "    # ... existing code ...",
  "../../outside.py",
  "prepare.py",
  "/etc/passwd",
  "--- a/prepare.py\n+++ b/prepare.py\n@@ -0,0 +1 @@\n+cheat = 1",
  "--- a/src/util.py\n+++ /dev/null",
  "--- /dev/null\n+++ b/src/../../new.py\n+x",
  "src/train.py",
  "    return rate",
  "        total += schedule(step)",
  "\\ No newline at end of file",
  "<think>",
  "</think>",
  "",
  "__proto__",
];

type Mutation = (text: string, random: Random) => string;

const onLines =
  (change: (lines: string[], at: number, random: Random) => void): Mutation =>
  (text, random) => {
    const lines = text.split("\n");
    change(lines, random.integer(lines.length), random);
    return lines.join("\n");
  };

const onCharacters =
  (change: (before: string, after: string, random: Random) => string): Mutation =>
  (text, random) => {
    const at = random.integer(text.length + 1);
    return change(text.slice(0, at), text.slice(at), random);
  };

const MUTATIONS: readonly Mutation[] = [
  onLines((lines, at) => lines.splice(at, 1)),
  onLines((lines, at) => lines.splice(at, 0, lines[at] ?? "")),
  onLines((lines, at, random) => lines.splice(at, 0, random.pick(ODD_LINES))),
  onLines((lines, at, random) => lines.splice(at, 1, random.pick(ODD_LINES))),
  onLines((lines, at, random) => lines.splice(at, 0, ...lines.splice(random.integer(lines.length), 1))),
  onLines((lines, at) => (lines[at] = `  ${lines[at]}`)),
  onLines((lines, at) => (lines[at] = (lines[at] ?? "").trim())),
  onLines((lines, at) => (lines[at] = `${lines[at]}  `)),
  onLines((lines, at) => (lines[at] = `> ${lines[at]}`)),
  onCharacters((before, after) => before + after.slice(1)),
  onCharacters((before) => before),
  onCharacters(
    (before, after, random) => before + String.fromCharCode(random.integer(random.next() < 0.5 ? 128 : 65_536)) + after,
  ),
  onCharacters(
    (before, after, random) =>
      before + random.pick(["\u0000", "\r", "\u2028", "\ufeff", "\u001b[0m", "\ud800"]) + after,
  ),
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => `\`\`\`\`\n${text}\n\`\`\`\``,
  (text) => `\`\`\`\n${text}\n\`\`\``,
  (text) => `<think>${text}</think>\n${text}`,
  (text, random) => text + random.pick(GOOD),
  (text, random) => text.replace(/\d+/, String(random.integer(1_000))),
  (text, random) =>
    text.replaceAll(
      "src/train.py",
      random.pick([
        "train.py",
        "src/util.py",
        "../src/train.py",
        "prepare.py",
        "SRC/TRAIN.PY",
        "src//train.py",
        "",
        "a b.py",
      ]),
    ),
  (text) => text.replaceAll("    ", "\t"),
  (text) => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (text) => text.replaceAll("=======\n", ""),
  (text) => text.replaceAll(/^[-+ ]/gm, ""),
];

const noise = (random: Random): string =>
  Array.from({ length: random.integer(600) }, () =>
    String.fromCharCode(random.integer(random.next() < 0.8 ? 128 : 65_536)),
  ).join("");

const shuffledLines = (random: Random): string =>
  random
    .shuffle([...random.pick(GOOD).split("\n"), ...ODD_LINES, ...program["src/train.py"].split("\n")])
    .slice(0, random.integer(40))
    .join("\n");

/** One answer; nine in ten are good ones with one to six mutations. */
export function fuzzedAnswer(random: Random): string {
  const kind = random.next();
  if (kind < 0.05) return noise(random);
  if (kind < 0.1) return shuffledLines(random);
  let answer = random.pick(GOOD);
  for (let times = 1 + random.integer(6); times > 0; times--) answer = random.pick(MUTATIONS)(answer, random);
  return answer;
}

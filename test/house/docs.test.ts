/**
 * The documents name nothing that is not there: every link and heading, every command with its options, every script;
 * and the programs that they show compile under strict rules.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

import { program } from "../../src/cli/program.ts";
import { plant } from "./fixture-tree.ts";

const root = resolve(import.meta.dirname, "../..");
const folders = ["*.md", "docs/*.md", "bench/**/*.md", "examples/**/*.md", "trainer/*.md"];
const documents = globSync(folders, { cwd: root }).filter((path) => !/(^|\/)\.strop\//.test(path));
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");
const FENCE = /^```(\w*)\n([\s\S]*?)^```/gm;

test("the documents are found", () => {
  expect(documents).toEqual(expect.arrayContaining(["README.md", "docs/architecture.md", "bench/edits/README.md"]));
});

test("every link of a document leads to a file, and to a heading of it where it names one", () => {
  const broken = documents.flatMap((path) =>
    linksOf(textOf(path))
      .filter((link) => !leads(path, link))
      .map((link) => `${path}: ${link}`),
  );
  expect(broken).toEqual([]);
  expect(leads("README.md", "docs/missing.md")).toBe(false);
  expect(leads("README.md", "docs/journal.md#missing")).toBe(false);
  expect(leads("README.md", "docs/journal.md#when-something-is-wrong")).toBe(true);
});

test("every command in a document exists, with the options that it is given", () => {
  const unknown = documents.flatMap((path) =>
    codeOf(textOf(path))
      .flatMap(strangers)
      .map((what) => `${path}: ${what}`),
  );
  expect(unknown).toEqual([]);
  expect(strangers("npx strop rum --for 3m && strop log --kept --sorted '--odd'")).toEqual([
    "strop rum",
    "strop log --sorted",
  ]);
});

test("every script that a document says to run is there", () => {
  const scripts = documents.flatMap((path) =>
    [...textOf(path).matchAll(/\bnode ((?:bench|scripts|src)\/[\w./-]+\.(?:ts|mjs))/g)].map(
      (match) => match[1] as string,
    ),
  );
  expect(scripts.length).toBeGreaterThan(20);
  expect(scripts.filter((script) => !existsSync(join(root, script)))).toEqual([]);
});

test("every program that a document shows compiles under strict rules", { timeout: 300_000 }, () => {
  const programs = documents.flatMap((path) =>
    [...textOf(path).matchAll(FENCE)]
      .filter(([, language, code]) => language === "ts" && /from "strop/.test(code as string))
      .map(([, , code = ""], i) => [nameIn(code) ?? `${path.replaceAll("/", "-")}-${i}.ts`, code] as const),
  );
  expect(programs.length).toBeGreaterThan(5);
  const wrong = `import { runTask } from "strop";\nawait runTask("folder");\n`;
  expect(complaints({ ...Object.fromEntries(programs), "wrong.ts": wrong })).toEqual([
    expect.stringContaining("wrong.ts(2,15)"),
  ]);
});

/** Of a program that says in its first line what others import it as. */
const nameIn = (code: string): string | undefined => /^\/\/ ([\w-]+\.ts)\n/.exec(code)?.[1];

/** Targets of links outside of code. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(FENCE, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string).filter((to) => !/^\w+:/.test(to));
}

function leads(from: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const target = path === "" ? join(root, from) : resolve(root, dirname(from), path);
  if (!existsSync(target)) return false;
  return heading === undefined || !target.endsWith(".md") || headingsOf(readFileSync(target, "utf8")).includes(heading);
}

/** As forges name them: of a link its text, no marks, dashes for spaces. */
function headingsOf(text: string): string[] {
  const headings = [...text.replaceAll(FENCE, "").matchAll(/^#{1,6} (.*)$/gm)].map((match) => match[1] as string);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/\]\([^)]*\)/g, "")
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

/** Lines of fences and indented blocks, and spans. */
function codeOf(text: string): string[] {
  const fenced = [...text.matchAll(FENCE)].flatMap((match) => (match[2] as string).replaceAll("\\\n", " ").split("\n"));
  const indented = [...text.matchAll(/^ {4}(.*)$/gm)].map((match) => match[1] as string);
  const spans = [...text.replaceAll(FENCE, "").matchAll(/`([^`\n]+)`/g)].map((match) => match[1] as string);
  return [...fenced, ...indented, ...spans];
}

/** Calls of strop in a line of code that name a command or an option that there is not. */
function strangers(line: string): string[] {
  const bare = line.replaceAll(/'[^']*'|"[^"]*"/g, "…").replace(/\s#.*/, "");
  return [...bare.matchAll(/(?:^|\s)strop ([a-z]+)(?= |$)([^|;&]*)/g)].flatMap(([, name, rest]) => {
    const command = program.commands.find((one) => one.name() === name);
    if (command === undefined) return [`strop ${name}`];
    const known = new Set(["-h", "--help", ...command.options.flatMap(({ short, long }) => [short, long])]);
    const given = [...(rest as string).matchAll(/ (--?[a-zA-Z][\w-]*)/g)].map((match) => match[1] as string);
    return given.filter((option) => !known.has(option)).map((option) => `strop ${name} ${option}`);
  });
}

/** What the compiler has to say of these files; of what they import other tests speak. */
function complaints(files: Readonly<Record<string, string>>): string[] {
  const compilerOptions = {
    noUnusedLocals: false,
    noUnusedParameters: false,
    typeRoots: [join(root, "node_modules/@types")],
    paths: {
      strop: [join(root, "src/index.ts")],
      "strop/testing": [join(root, "src/testing/index.ts")],
      "strop/design": [join(root, "src/reprogram/design/vocabulary.ts")],
      "strop/*": [join(root, "src/*.ts"), join(root, "src/*/index.ts")],
      vitest: [join(root, "node_modules/vitest/dist/index.d.ts")],
    },
  };
  using tree = plant({
    ...files,
    "package.json": `{ "type": "module" }`,
    "tsconfig.json": JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions,
      files: Object.keys(files),
      include: [],
    }),
  });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", tree.root], { cwd: tree.root, encoding: "utf8" });
  return stdout.split("\n").filter((line) => /^[^\s.]/.test(line));
}

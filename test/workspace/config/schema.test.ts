import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { expect, it } from "vitest";

import { loadTask } from "../../../src/workspace/load-task.ts";
import { editDistance, nearest } from "../../../src/core/nearest.ts";
import { isInside, schemaText } from "../../../src/workspace/config/schema.ts";
import { scratch } from "../scratch.ts";

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
}

interface Key {
  readonly path: string;
  readonly schema: JsonSchema;
}

const keysOf = (schema: JsonSchema, path = ""): Key[] => [
  ...Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    { path: `${path}.${key}`, schema: inner },
    ...keysOf(inner, `${path}.${key}`),
  ]),
  ...(schema.anyOf ?? []).flatMap((inner) => keysOf(inner, path)),
];

const keys = keysOf(JSON.parse(schemaText()) as JsonSchema);

it("schema.json is what the code says; `npm run schema` writes it anew", () => {
  expect(readFileSync(join(import.meta.dirname, "../../../schema.json"), "utf8")).toBe(schemaText());
});

it("every key in schema.json has a description", () => {
  expect(keys.map((key) => key.path)).toContain(".budget.trainSeconds");
  expect(keys.filter((key) => key.schema.description === undefined)).toEqual([]);
});

it("every key in schema.json is in docs/tasks.md", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/tasks.md"), "utf8");
  const names = keys.map((key) => key.path.split(".").at(-1) ?? "");
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it("the complete example in docs/tasks.md loads, and shows every key of the top and of `budget` and `stop`", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/tasks.md"), "utf8");
  const example = /### All of it\n\n```js\n([^`]+)```/.exec(page)?.[1] ?? "";
  const { task } = await loadTask(scratch({ "strop.config.js": example, "agenda.md": "" }));
  expect(task).toMatchObject({ proposer: "tpe", hidden: ["data/test/**"], budget: { diskBytes: 200_000_000 } });
  const shown = keys.map((key) => key.path).filter((path) => /^\.(budget\.|stop\.)?[a-z]\w+$/.test(path));
  expect(shown.length).toBeGreaterThan(25);
  expect(shown.filter((path) => !example.includes(`${path.split(".").at(-1)}:`))).toEqual([]);
});

it.each([
  [
    { run: { command: "x", module: "y" } },
    "run: expected { command, env, mounts, gpu } or { module, data }, found keys of both",
  ],
  [
    { run: { command: "x", env: { "A=B": "1" } } },
    'run.env.A=B: expected an object of strings, by names without =, found "1"',
  ],
  [
    { run: { command: "x", env: { A: "x\0--bind\0/\0/tmp/v" } } },
    "run.env.A: expected a string without zero bytes, found",
  ],
  [{ check: "x\0y" }, "check: expected a command"],
])("what no command can be is refused: %j", async (keys, expected) => {
  const config = { program: "train.py", run: "x", metric: "loss", ...keys };
  const loading = loadTask(scratch({ "strop.config.json": JSON.stringify(config), "train.py": "" }));
  await expect(loading).rejects.toThrow(expected);
});

it("the edit distance is a metric", () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
  expect(editDistance("kitten", "sitting")).toBe(3);
});

it("nearest knows typos and refuses strangers", () => {
  expect(nearest("trianSeconds", ["trainSeconds", "clock"])).toBe("trainSeconds");
  expect(nearest("banana", ["trainSeconds", "clock"])).toBeUndefined();
});

it("no path with a .. segment, a root or a backslash counts as inside", () => {
  const segment = fc.constantFrom("a", "..", ".", "b c", "é");
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
      expect(isInside(segments.join("/"))).toBe(!segments.includes(".."));
    }),
  );
  for (const path of ["", "/a", "~/a", "C:/a", "a\\b", "a\0b", "!../x"]) expect(isInside(path)).toBe(false);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { expect, it } from "vitest";

import { editDistance, nearest } from "../../src/workspace/nearest.ts";
import { isInside, schemaText } from "../../src/workspace/schema.ts";

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
}

function undescribed(schema: JsonSchema, path: string): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    ...(inner.description === undefined ? [`${path}.${key}`] : []),
    ...undescribed(inner, `${path}.${key}`),
  ]);
  return [...own, ...(schema.anyOf ?? []).flatMap((inner) => undescribed(inner, path))];
}

it("schema.json is what the code says; `npm run schema` writes it anew", () => {
  expect(readFileSync(join(import.meta.dirname, "../../schema.json"), "utf8")).toBe(schemaText());
});

it("every key in schema.json has a description", () => {
  const schema = JSON.parse(schemaText()) as JsonSchema;
  expect(Object.keys(schema.properties ?? {})).toContain("budget");
  expect(undescribed(schema, "config")).toEqual([]);
});

it("every key in schema.json is in docs/tasks.md", () => {
  const keys = [...schemaText().matchAll(/"(\w+)": \{/g)]
    .map(([, key]) => key)
    .filter((key) => !["properties", "items", "propertyNames", "additionalProperties"].includes(key ?? ""));
  const page = readFileSync(join(import.meta.dirname, "../../docs/tasks.md"), "utf8");
  expect(keys.filter((key) => !page.includes(`\`${key}\``) && !page.includes(`.${key}\``))).toEqual([]);
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

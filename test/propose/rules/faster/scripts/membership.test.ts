import { expect, it } from "vitest";

import { membership } from "../../../../../src/propose/rules/faster/membership.ts";
import { applied } from "../applied.ts";

const text = (body: string): string => `export function f(words: string[]): string[] {
  const found: string[] = [];
  for (const word of words) {
    ${body}
  }
  return found;
}
`;
const beside = (body: string): string =>
  text(body).replace("= [];\n", "= [];\n  const foundSet = new Set<unknown>();\n");

it.each([
  [
    "if (!found.includes(word)) found.push(word);",
    "if (!foundSet.has(word)) { found.push(word); foundSet.add(word); }",
  ],
  [
    "if (found.indexOf(word) < 0) {\n      found.push(word);\n    }",
    "if (!foundSet.has(word)) {\n      found.push(word); foundSet.add(word);\n    }",
  ],
])("a list that grows and is asked what it contains gets a set beside it: %#", async (body, instead) => {
  expect([...(await applied(membership, "a.ts", text(body))).values()]).toEqual([beside(instead)]);
});

it.each([
  ["loses elements", "if (!found.includes(word)) found.push(word);\n    found.pop();"],
  ["is given elements by place", "if (!found.includes(word)) found[3] = word;\n    found.push(word);"],
  [
    "is sorted, which is no harm, by what else is unknown",
    "if (!found.includes(word)) found.push(word);\n    change(found);",
  ],
  ["has another name", "const same = found;\n    if (!found.includes(word)) found.push(word);"],
  ["gets what is worked out", "if (!found.includes(word)) found.push(next(word));"],
  ["gets several at once", "if (!found.includes(word)) found.push(...words);"],
  ["is asked from a place on", "if (!found.includes(word, 2)) found.push(word);"],
])("a list is left alone that %s", async (_why, body) => {
  expect([...(await applied(membership, "a.ts", text(body))).keys()]).toEqual([]);
});

const around = (line: string, before = ""): string => `${before}export function f(users, rows, out) {
  for (const row of rows) {
    ${line}
  }
  return out;
}
`;

it.each([
  ["if (users.includes(row)) out.push(row);", "if (usersSet.has(row)) out.push(row);"],
  ["if (users.indexOf(row) === -1) out.push(row);", "if (!usersSet.has(row)) out.push(row);"],
  ["if (users.indexOf(row) >= 0) out.push(row);", "if (usersSet.has(row)) out.push(row);"],
])("a list that is asked in a loop what it contains is a set there: %s", async (question, instead) => {
  const text = around(question).replace("(users,", "(users: string[],");
  expect([...(await applied(membership, "a.ts", text)).values()]).toEqual([
    around(instead)
      .replace("(users,", "(users: string[],")
      .replace("  for", "  const usersSet = new Set(users);\n  for"),
  ]);
});

it("a constant list of the file gets its set where it is made", async () => {
  const text = 'export const STOP = ["a", "the"];\nconst f = (word) => STOP.includes(word);\n';
  expect([...(await applied(membership, "a.js", text)).values()]).toEqual([
    'export const STOP = ["a", "the"];\nconst STOPSet = new Set(STOP);\nconst f = (word) => STOPSet.has(word);\n',
  ]);
});

it.each([
  ["may be a text", around("if (users.includes(row)) out.push(row);")],
  ["is a text", around("if (users.includes(row)) out.push(row);").replace("(users,", "(users: string,")],
  ["is asked from a place on", around("users.map(String); if (users.includes(row, 1)) out.push(row);")],
  ["changes in the loop", around("if (users.includes(row)) users.shift();")],
])("a list that others have is left alone where it %s", async (_why, text) => {
  expect([...(await applied(membership, "a.ts", text)).keys()]).toEqual([]);
});

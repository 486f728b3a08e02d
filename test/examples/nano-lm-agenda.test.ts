import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import * as nn from "../../src/nn/index.ts";

const agenda = readFileSync(new URL("../../examples/nano-lm/program.md", import.meta.url), "utf8");

test("what the agenda of nano-lm says that strop/nn exports, it exports", () => {
  const [, section = ""] = agenda.split("What `strop/nn` exports besides");
  const code = [...section.matchAll(/`([^`]+)`/g)].map(([, text]) => text as string);
  const lists = code.filter((text) => /^[a-zA-Z\s]+$/.test(text)).flatMap((text) => text.trim().split(/\s+/));
  const called = code.flatMap((text) => /^([a-zA-Z]+)\(/.exec(text)?.[1] ?? []);
  const names = [...lists, ...called].filter((name) => name !== "bias" && name !== "train");
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !Object.hasOwn(nn, name))).toEqual([]);
});

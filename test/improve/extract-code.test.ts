/** The one helper that an improver may import: the program of an answer. */
import { describe, expect, it } from "vitest";

import { extractCode } from "../../src/improver.ts";

const fence = (text: string, info = "typescript"): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;

describe("extractCode", () => {
  it("takes the fenced program of every answer, in order, and leaves out answers without one", () => {
    const answers = [
      `An idea.\n\n${fence("let a = 1;")}\nDone.`,
      "No idea.",
      fence("let b = 2;", ""),
      fence("let c;", "JS"),
    ];
    expect(extractCode(answers)).toEqual(["let a = 1;", "let b = 2;", "let c;"]);
  });

  it("takes the longest of several blocks", () => {
    expect(extractCode([`${fence("short")}then\n${fence("the whole\nprogram")}or\n${fence("tiny")}`])).toEqual([
      "the whole\nprogram",
    ]);
  });

  it("passes over blocks in another language", () => {
    expect(
      extractCode([`${fence("print('a much longer program')", "python")}${fence("let x;", 'ts title="a.ts"')}`]),
    ).toEqual(["let x;"]);
    expect(extractCode([fence("{}", "json")])).toEqual([]);
  });

  it("takes a block that was never closed, as when an answer is cut off", () => {
    expect(extractCode(["```ts\nexport const a = 1;\nexport const"])).toEqual(["export const a = 1;\nexport const"]);
  });

  it("takes an answer without fences only if it is a module", () => {
    expect(extractCode(["import a from 'b';\nlet c = a;", "export const x = 1;\n", "I would export it."])).toEqual([
      "import a from 'b';\nlet c = a;",
      "export const x = 1;",
    ]);
  });

  it("is not misled by back-ticks within the program", () => {
    const program = 'const f = `\\`\\`\\`ts\n${x}\n\\`\\`\\``;\nconst g = "```";';
    expect(extractCode([fence(program)])).toEqual([program]);
  });

  it("leaves out empty blocks and empty answers", () => {
    expect(extractCode(["", fence(""), fence("  \n ")])).toEqual([]);
  });
});

import { expect, it } from "vitest";

import { textEnd } from "../../../../../src/propose/rules/faster/c/text-end.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const TEXT = `#include <stdio.h>
#include <string.h>
int main(void) {
    char all[999] = "of ";
    for (int i = 0; i < 9; i++) {
        char piece[9];
        sprintf(piece, "%d", i);
        strcat(all, piece);
        if (i % 2)
            sprintf(all + strlen(all), "<%d>", i);
        for (int k = 0; k < i; k++)
            strcat(all, ".");
    }
    puts(all);
    return 0;
}
`;

it("a text that grows in a loop knows where it ends", async () => {
  const made = await applied(textEnd, "a.c", TEXT);
  expect([...made.keys()]).toEqual(["keep where all ends"]);
  const after = made.get("keep where all ends") ?? "";
  expect(after).toContain("    char *all_end = all + strlen(all);\n    for (int i");
  expect(after).toContain('all_end += sprintf(all_end, "<%d>", i);');
  expect(after).toContain('all_end += strlen(strcpy(all_end, "."));');
  if (canCompile("c")) expect(printed("c", after)).toBe(printed("c", TEXT));
});

it.each([
  [
    "that is read in the loop",
    TEXT.replace("if (i % 2)", "if (all[i] > 0)").replace("for (int k", "if (all[0]) for (int k"),
  ],
  [
    "that is begun anew",
    "void f(char *text) {\n    for (;;) {\n        text[0] = 0;\n        strcat(text, x);\n    }\n}\n",
  ],
  [
    "that other functions know",
    TEXT.replace("    char all[999]", "    more(); int first").replace("int main", "char all[999];\nint main"),
  ],
  ["that grows once", 'void f(char *text) { strcat(text, "a"); }\n'],
  ["of another object", 'void f() {\n    for (;;) {\n        strcat(p->text, "a");\n    }\n}\n'],
])("leaves alone a text %s", async (_what, text) => {
  expect([...(await applied(textEnd, "a.c", text)).keys()]).toEqual([]);
});

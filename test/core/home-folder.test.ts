import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("../../src/core/home-folder.ts", import.meta.url));

/** What a process of this user or, for root, of a user whom the machine does not know takes for its home. */
function homeOf(user: number | undefined, env: NodeJS.ProcessEnv): string {
  const become = user === undefined ? "" : `process.setgid(${user}); process.setuid(${user});`;
  const program = `const { homeFolder } = await import(${JSON.stringify(source)}); ${become} console.log(homeFolder((await import("node:os")).homedir));`;
  return execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8", env }).trim();
}

test("the home is what the environment says, and found without it", () => {
  expect(homeOf(undefined, { HOME: "/somewhere" })).toBe("/somewhere");
  expect(homeOf(undefined, {})).toMatch(/^\//);
});

test.runIf(process.getuid?.() === 0)("a user whom the machine does not know has none, and that is no error", () => {
  expect(homeOf(54_321, {})).toBe("/nonexistent");
});

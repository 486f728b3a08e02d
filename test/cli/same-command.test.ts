import { expect, test } from "vitest";

import { sameCommand } from "../../src/cli/same-command.ts";

test("a command is repeated as a shell reads it, without the options that are left out and their values", () => {
  const words = [
    "run",
    "my folder",
    "--for",
    "3m",
    "--budget=5",
    "--trials=9",
    "--agent",
    "fix < {prompt_file}",
    "--json",
  ];
  expect(sameCommand(["--for <duration>", "--trials <n>", "--json"], words)).toMatch(
    /run 'my folder' --budget=5 --agent 'fix < \{prompt_file\}'$/,
  );
});

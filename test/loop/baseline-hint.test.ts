import { expect, test } from "vitest";

import { baselineHint } from "../../src/loop/baseline-hint.ts";

test.each([
  ["ended with exit code 127: sh: 1: go: not found", "/usr/local/go/bin/go", `"/usr/local/go/bin:/usr/bin:/bin" } }`],
  [
    "ended with exit code 127: ./bench.sh: line 3: cargo: command not found",
    "/home/me/.cargo/bin/cargo",
    `"/home/me/.cargo/bin:/usr/bin:/bin" }, mounts: ["/home/me/.cargo"] }`,
  ],
  ["ended with exit code 1: error: rustup could not choose a version", undefined, "RUSTUP_HOME"],
  ["ended with exit code 127: sh: 1: zig: not found", undefined, `mounts: ["/its`],
])("%s: the hint says what the config has to name", (reason, path, expected) => {
  expect(baselineHint(reason, (name) => (reason.includes(`${name}:`) ? path : "asked for another"))).toContain(
    expected,
  );
});

test.each(["ended with exit code 127: sh: 1: ./bensh.sh: not found", "expected a line like `score: 1.234`"])(
  "%s: the program itself is to be looked at",
  (reason) => {
    expect(baselineHint(reason, () => "/usr/bin/x")).toContain("make the program run");
  },
);

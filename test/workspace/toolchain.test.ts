import { realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { toolchainOf } from "../../src/workspace/toolchain.ts";
import { scratch } from "./scratch.ts";

/** A home with compilers; `found` is where PATH has the program. */
function toolchain(run: string, found?: string) {
  const home = scratch({
    ".rustup/settings.toml": "",
    ".cargo/bin/cargo": "",
    ".cargo/credentials.toml": "token",
    "sdk/go/bin/go": "",
    ".local/bin/go": "",
  });
  symlinkSync(join(home, "sdk/go/bin/go"), join(home, "go"));
  const path = found?.replace("~", home);
  return JSON.parse(
    (JSON.stringify(toolchainOf(run, { home, find: () => path })) ?? "null")
      .replaceAll(realpathSync(home), "~")
      .replaceAll(home, "~"),
  ) as unknown;
}

const SYSTEM = "/usr/local/bin:/usr/bin:/bin";

describe("what a sandbox needs for a compiler", () => {
  it.each(["cargo run --release", "CARGO_TARGET_DIR=/tmp/target cargo run", "cd x && cargo build; ./y"])(
    "is rustup's compilers and proxies for `%s`, and nothing else of the home",
    (run) => {
      expect(toolchain(run, "~/.cargo/bin/cargo")).toEqual({
        env: { PATH: `~/.cargo/bin:${SYSTEM}`, RUSTUP_HOME: "~/.rustup" },
        mounts: ["~/.cargo/bin", "~/.rustup"],
      });
    },
  );

  it("is the folder of a compiler that lies by itself, wherever a link to it is", () => {
    const wanted = { env: { PATH: `~/sdk/go/bin:${SYSTEM}` }, mounts: ["~/sdk/go"] };
    expect(toolchain("go run .", "~/sdk/go/bin/go")).toEqual(wanted);
    expect(toolchain("go run .", "~/go")).toEqual(wanted);
  });

  it("is nothing for what the sandbox has, what is not there, what lies among other things, and other programs", () => {
    expect(toolchain("go run .", "/usr/bin/go")).toBeNull();
    expect(toolchain("cargo run")).toBeNull();
    expect(toolchain("go run .", "~/.local/bin/go")).toBeNull();
    expect(toolchain("python3 cargo.py go", "~/sdk/go/bin/go")).toBeNull();
  });
});

/** The sandbox under limits that the user's shell, a container or a service manager has set: it goes on, or says what is missing. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { hasBubblewrap } from "./helpers.ts";

const source = (file: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../../src/sandbox/${file}`, import.meta.url)));

/** What a program of strop's prints under a limit of the shell; descriptors that the tests hold are not handed on. */
const under = (limit: string, program: string): string =>
  execFileSync(
    "bash",
    [
      "-c",
      `for each in /proc/$$/fd/*; do test "\${each##*/}" -gt 2 && eval "exec \${each##*/}>&-"; done; ulimit ${limit}; exec "$0" --input-type=module -e "$1"`,
      process.execPath,
      program,
    ],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );

describe.runIf(process.platform === "linux")("a limit that strop may not raise", () => {
  it.runIf(hasBubblewrap).each(["-n 200", "-f 4000", "-u 4000", "-d 1500000"])(
    "leaves the sandbox as it is with ulimit %s",
    (limit) => {
      const program = `
      const { probeTiers } = await import(${source("probe-tiers.ts")});
      const tiers = await probeTiers();
      console.log(tiers.find(({ tier }) => tier === "bubblewrap").reason);
    `;
      expect(under(limit, program)).toContain("could not read");
    },
  );

  it("on open files is named when none is left to start a program with", () => {
    const program = `
      const { openSync } = await import("node:fs");
      const { spawnClean } = await import(${source("processes/spawn-clean.ts")});
      spawnClean(["/bin/true"], { stdio: ["ignore", "pipe"] });
      try { for (;;) openSync("/dev/null", "r"); } catch (error) { console.log(error.code); }
      try { spawnClean(["/bin/true"], { stdio: ["ignore", "pipe"] }); } catch (error) { console.log(error.code, error.hint); }
      process.exit();
    `;
    expect(under("-n 100", program)).toMatch(/^EMFILE\nsandbox\.too-many-files Raise the limit/);
  });
});

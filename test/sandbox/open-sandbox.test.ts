import { describe, expect, it } from "vitest";

import { createSandbox, findTools } from "../../src/sandbox/create-sandbox.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { probeTier, probeTiers } from "../../src/sandbox/probe-tiers.ts";
import { LIMITS, hasBubblewrap, moduleTiers, temporaryFolder } from "./helpers.ts";

const job = { argv: ["/bin/true"], readOnly: [], env: {}, limits: LIMITS };
const source = { source: "export default () => 1", input: null, blobs: {}, functions: {}, limits: LIMITS };

describe("probeTiers", () => {
  it("reports every tier once, strongest first, each with a reason", async () => {
    const reports = await probeTiers();
    expect(reports.map(({ tier }) => tier)).toEqual(["bubblewrap+deno", "bubblewrap", "deno", "none"]);
    for (const { isAvailable, reason, hint } of reports) {
      expect(reason).not.toBe("");
      expect(hint === "").toBe(isAvailable);
    }
  });

  it("says what is missing and what to do about it", async () => {
    const nothing = { deno: undefined, loader: "", bubblewrap: undefined, prlimit: undefined };
    expect(await probeTier("deno", nothing)).toMatchObject({
      isAvailable: false,
      reason: expect.stringContaining("Deno"),
      hint: expect.stringContaining("npm install"),
    });
    expect(await probeTier("bubblewrap", nothing)).toMatchObject({
      isAvailable: false,
      hint: expect.stringMatching(/install bubblewrap|deno tier/),
    });
  });

  it.skipIf(process.platform !== "linux")("does not believe a bubblewrap that confines nothing", async () => {
    const tools = await findTools();
    const fake = { bwrap: "/bin/true", prlimit: "/bin/true", setpriv: "/bin/true", unshare: "/bin/true" };
    expect(await probeTier("bubblewrap", { ...tools, bubblewrap: fake })).toMatchObject({ isAvailable: false });
    expect(await probeTier("deno", { ...tools, deno: "/bin/cat" })).toMatchObject({ isAvailable: false });
  });
});

describe("openSandbox", () => {
  it("refuses to run anything unconfined without consent", async () => {
    await expect(openSandbox({ tier: "none" })).rejects.toMatchObject({ code: "sandbox.unsafe" });
    const sandbox = await openSandbox({ tier: "none", allowUnsafe: true });
    expect(sandbox.tier).toBe("none");
    expect((await sandbox.command({ ...job, workFolder: temporaryFolder() }).result).exitCode).toBe(0);
    await sandbox.close();
  });

  it.skipIf(moduleTiers.length === 0)("chooses the strongest tier that can do what is needed", async () => {
    const sandbox = await openSandbox({ needs: ["module"] });
    expect(sandbox.tier).toBe(moduleTiers.at(-1));
    expect((await sandbox.module(source).result).value).toBe(1);
    await sandbox.close();
  });

  it.skipIf(hasBubblewrap)("refuses commands where bubblewrap is missing, with the remedy", async () => {
    await expect(openSandbox({ needs: ["command"] })).rejects.toMatchObject({
      code: "sandbox.unavailable",
      hint: expect.stringMatching(/bubblewrap|deno/),
    });
    expect((await openSandbox({ needs: ["command"], allowUnsafe: true })).tier).toBe("none");
  });
});

describe.skipIf(moduleTiers.length === 0)("a sandbox", () => {
  it("of Deno alone refuses commands, one without Deno refuses modules", async () => {
    const deno = await openSandbox({ tier: "deno" });
    expect(() => deno.command({ ...job, workFolder: temporaryFolder() })).toThrow(
      /expected a tier that confines commands, found deno/,
    );
    const none = createSandbox("none", { deno: undefined, loader: "", bubblewrap: undefined, prlimit: undefined });
    expect(() => none.module(source)).toThrow(/expected Deno's binary/);
    await Promise.all([deno.close(), none.close()]);
  });

  it("ends its running jobs when it is closed", async () => {
    const sandbox = await openSandbox({ tier: "deno" });
    const running = sandbox.module({ ...source, source: "export default () => { for (;;); }" });
    await sandbox.close();
    expect(await running.result).toMatchObject({ killed: "aborted", reason: "aborted: the sandbox was closed" });
  });

  it("gives a job a waiting process only if it was started with the same memory limit", async () => {
    const sandbox = await openSandbox({ tier: "deno", spares: 2 });
    for (const megabytes of [256, 300, 256, 256, 300]) {
      const limits = { ...LIMITS, memoryBytes: megabytes * 2 ** 20 };
      expect((await sandbox.module({ ...source, limits }).result).value).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await sandbox.close();
  });
});

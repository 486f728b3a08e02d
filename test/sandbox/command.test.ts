import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, vi } from "vitest";

import { LIMITS, commandTiers, hasBubblewrap, runScript, sandboxOf, temporaryFolder } from "./helpers.ts";

describe.each(commandTiers)("a command in tier %s", (tier) => {
  it("runs in its work folder, prints and leaves files", async () => {
    const workFolder = join(temporaryFolder(), "with space and ü");
    mkdirSync(join(workFolder, "sub"), { recursive: true });
    writeFileSync(join(workFolder, "sub/in.txt"), "7\n");
    const printed = { stdout: "", stderr: "" };
    const result = await runScript(
      await sandboxOf(tier),
      'read x < sub/in.txt; echo $((x * 6)) > out.txt; echo "grüße $GREETING"; echo bad >&2',
      {
        workFolder,
        env: { GREETING: "hello; $(false)" },
        onOutput: (text, stream) => {
          printed[stream] += text;
        },
      },
    );
    expect(result).toMatchObject({ exitCode: 0, signal: null, killed: undefined, reason: "", value: undefined });
    expect(printed).toEqual({ stdout: "grüße hello; $(false)\n", stderr: "bad\n" });
    expect(readFileSync(join(workFolder, "out.txt"), "utf8")).toBe("42\n");
  });

  it("uses no more time when it is over: a budget's clock stops with its program", async () => {
    const sandbox = await sandboxOf(tier);
    const job = { argv: ["true"], workFolder: temporaryFolder(), readOnly: [], env: {}, limits: LIMITS };
    const execution = sandbox.command(job);
    await execution.result;
    const { wallSeconds } = execution.usage();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(execution.usage().wallSeconds).toBe(wallSeconds);
  });

  it("leaves alone what runs beside it, when it ends", async () => {
    const sandbox = await sandboxOf(tier);
    const folder = temporaryFolder();
    const waiting = runScript(sandbox, "echo begun > begun; while [ ! -e go ]; do sleep 0.02; done; exit 7", {
      workFolder: folder,
    });
    await vi.waitUntil(() => existsSync(join(folder, "begun")), { timeout: 30_000 });
    expect(await runScript(sandbox, "exit 3")).toMatchObject({ exitCode: 3 });
    writeFileSync(join(folder, "go"), "");
    expect(await waiting).toMatchObject({ exitCode: 7, signal: null });
  });

  it("is not started when what it is to be shown is gone", async () => {
    const sandbox = await sandboxOf(tier);
    const shown = { host: "/no/such/disk", inside: "data" };
    const job = { argv: ["true"], workFolder: temporaryFolder(), readOnly: [shown], env: {}, limits: LIMITS };
    expect(() => sandbox.command(job)).toThrow("expected /no/such/disk, which a command is to be shown");
  });

  it("reports exit codes and signals", async () => {
    const sandbox = await sandboxOf(tier);
    expect(await runScript(sandbox, "exit 3")).toMatchObject({
      exitCode: 3,
      signal: null,
      reason: "exited with code 3",
    });
    expect(await runScript(sandbox, "kill -SEGV $$")).toMatchObject({
      exitCode: null,
      signal: "SIGSEGV",
      killed: undefined,
      reason: "ended by SIGSEGV",
    });
    const missing = await runScript(sandbox, "", { argv: ["/no/such/program"] });
    expect(missing.exitCode).not.toBe(0);
    expect(missing.reason).not.toBe("");
  });

  it("passes on nothing of the user's environment but what the job names", async () => {
    process.env["STROP_TEST_SECRET"] = "leaked";
    const result = await runScript(await sandboxOf(tier), "echo $STROP_TEST_SECRET$ONE; env | cut -d= -f1", {
      env: { ONE: "1" },
    });
    delete process.env["STROP_TEST_SECRET"];
    expect(result.outputTail).toMatch(/^1\n/);
    expect(result.outputTail).not.toContain("SECRET");
  });

  it("sees read-only paths inside its work folder", async () => {
    const host = temporaryFolder();
    chmodSync(host, 0o755);
    writeFileSync(join(host, "data.txt"), "from the host");
    const readOnly = [
      { host, inside: "data/set" },
      { host: join(host, "data.txt"), inside: "one.txt" },
    ];
    const result = await runScript(await sandboxOf(tier), "cat data/set/data.txt one.txt", { readOnly });
    expect(result.outputTail).toBe("from the hostfrom the host");
  });

  it("ends at once when it is aborted, also before it has begun", async () => {
    const signal = AbortSignal.abort(new Error("never mind"));
    expect(await runScript(await sandboxOf(tier), "sleep 100", { signal })).toMatchObject({
      exitCode: null,
      killed: "aborted",
      reason: "aborted: never mind",
    });
    const controller = new AbortController();
    const running = runScript(await sandboxOf(tier), "echo go; sleep 100", {
      signal: controller.signal,
      onOutput: () => controller.abort(new Error("enough")),
    });
    expect(await running).toMatchObject({ killed: "aborted", outputTail: "go\n" });
  });

  it("is measured: wall, CPU and memory of all its processes", async () => {
    const script =
      "import os, time\nx = bytearray(60_000_000)\np = os.fork()\nif p == 0: x = bytearray(x)\nt = time.process_time()\nwhile time.process_time() - t < 0.4: pass\nif p: os.wait()";
    const result = await runScript(await sandboxOf(tier), script);
    expect(result.reason).toBe("");
    expect(result.cpuSeconds).toBeGreaterThan(0.6);
    expect(result.wallSeconds).toBeGreaterThan(0.3);
    expect(result.peakMemoryBytes).toBeGreaterThan(110e6);
  });
});

it.skipIf(!hasBubblewrap)("a zero byte in a variable begins no option of the sandbox", async () => {
  const host = temporaryFolder();
  const sandbox = await sandboxOf("bubblewrap");
  const run = (value: string) => runScript(sandbox, "ls /tmp/door", { env: { A: value } });
  expect((await run("x")).outputTail).toMatch(/No such file/);
  expect(() => run(`x\0--bind\0${host}\0/tmp/door`)).toThrow("without zero bytes");
});

describe.skipIf(!hasBubblewrap)("the work folder of a confined command", () => {
  it("is /box, and its parents need not be open to others", async () => {
    const result = await runScript(await sandboxOf("bubblewrap"), "pwd; touch here && ls; id -u; ls /");
    expect(result.outputTail).toMatch(/^\/box\nhere\n1000\n/);
    expect(result.outputTail).not.toMatch(/^(root|home|work|srv|etc\/passwd)$/m);
  });

  it.each(["/home/me/project", "/tmp/project", "/work"])(
    "is found at %s, too, where a virtual environment has that written down",
    async (knownAs) => {
      const script = `ls ${knownAs}; echo new > ${knownAs}/out.txt; cat /box/out.txt; readlink ${knownAs}`;
      expect((await runScript(await sandboxOf("bubblewrap"), script, { knownAs })).outputTail).toBe("new\n/box\n");
    },
  );

  it("has no second name where the sandbox has folders of its own, or shows something", async () => {
    const host = temporaryFolder();
    chmodSync(host, 0o755);
    const readOnly = [{ host, inside: "/home/me/project/data" }];
    for (const knownAs of ["/", "/tmp", "/tmp/home", "/home/me", "/home/me/project/data/x"])
      expect(
        await runScript(await sandboxOf("bubblewrap"), "readlink -f /tmp/home; ls /home/me/project", {
          knownAs,
          readOnly,
        }),
      ).toMatchObject({ exitCode: 0, outputTail: "/tmp/home\ndata\n" });
  });

  it("is where a program may speak with itself, by name, and with nobody else", async () => {
    const script =
      "import socket\nserver = socket.create_server(('localhost', 0))\n" +
      "print(socket.create_connection(('localhost', server.getsockname()[1])).getpeername()[0])\n" +
      "try: socket.getaddrinfo('example.com', 80)\nexcept OSError: print('nobody')";
    expect((await runScript(await sandboxOf("bubblewrap"), script)).outputTail).toBe("127.0.0.1\nnobody\n");
  });

  it("shows nothing of the folder that it was made from, if that is below /usr", async () => {
    const sandbox = await sandboxOf("bubblewrap");
    const knownAs = "/usr/share";
    expect((await runScript(sandbox, `ls ${knownAs}`)).outputTail).not.toBe("");
    expect(await runScript(sandbox, `ls ${knownAs}; ! touch ${knownAs}/x 2> /dev/null`, { knownAs })).toMatchObject({
      exitCode: 0,
      outputTail: "",
    });
  });

  it("belongs to somebody without rights when strop runs as root (attack 29)", async () => {
    const workFolder = temporaryFolder();
    await runScript(await sandboxOf("bubblewrap"), "cp /bin/sh shell; chmod u+s shell", { workFolder });
    expect(existsSync(join(workFolder, "shell"))).toBe(true);
    expect(statSync(join(workFolder, "shell")).uid).not.toBe(0);
  });

  it("may not use planted links to move where read-only paths appear (attack 23)", async () => {
    const workFolder = temporaryFolder();
    const outside = temporaryFolder();
    writeFileSync(join(outside, "data.txt"), "x");
    symlinkSync(outside, join(workFolder, "planted"));
    const sandbox = await sandboxOf("bubblewrap");
    for (const inside of ["planted/new.txt", "planted", "../elsewhere.txt"]) {
      const result = await runScript(sandbox, "true", {
        workFolder,
        readOnly: [{ host: join(outside, "data.txt"), inside }],
      });
      expect(result).toMatchObject({ exitCode: 126 });
      expect(result.reason).toMatch(/occupied|leads out/);
    }
    expect(existsSync(join(outside, "new.txt"))).toBe(false);
  });
});

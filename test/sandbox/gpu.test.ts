import { lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { gpuDevices } from "../../src/sandbox/gpu.ts";
import { hasBubblewrap, runScript, sandboxOf, temporaryFolder } from "./helpers.ts";

function devicesOf(...names: string[]): string[] {
  const dev = temporaryFolder();
  mkdirSync(join(dev, "dri"));
  for (const name of names) writeFileSync(join(dev, name), "");
  return gpuDevices(dev).map((path) => path.slice(dev.length + 1));
}

it("what a GPU needs is found, and nothing else of the machine", () => {
  expect(
    devicesOf("null", "kvm", "nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "dri/renderD128", "dri/card0"),
  ).toEqual(["dri/renderD128", "nvidia-uvm", "nvidia0", "nvidia1", "nvidiactl"]);
  expect(devicesOf("kfd", "dri/renderD129")).toEqual(["dri/renderD129", "kfd"]);
});

it("a screen, or a driver without a card, is no GPU", () => {
  expect(devicesOf("dri/card0", "dri/renderD128")).toEqual([]);
  expect(devicesOf("nvidiactl", "nvidia-uvm")).toEqual([]);
  expect(gpuDevices("/no/such/folder")).toEqual([]);
});

// Devices that every sandbox has say nothing. Any other stands for a GPU, which the machine that tests need not have.
const usual = new Set(["console", "full", "null", "ptmx", "random", "tty", "urandom", "zero"]);
const other = readdirSync("/dev").find((name) => !usual.has(name) && lstatSync(`/dev/${name}`).isCharacterDevice());
const look = `test -c /dev/${other} && echo seen; ls /sys 2>/dev/null | wc -l; head -c 4 /dev/zero | wc -c; echo x > /dev/new`;

it.skipIf(!hasBubblewrap || other === undefined)(
  "a device and its hardware are shown to a job that names it, and to no other",
  async () => {
    const sandbox = await sandboxOf("bubblewrap");
    const devices = [`/dev/${other}`, "/dev/zero", "/dev/no-such-gpu"];
    const shown = await runScript(sandbox, look, { devices });
    expect(shown.outputTail).toMatch(/^seen\n[1-9]\d*\n4\n/);
    expect(shown.outputTail).toMatch(/\/dev\/new: .*Read-only/i);
    expect((await runScript(sandbox, look)).outputTail).toMatch(/^0\n4\n/);
    const writes = await runScript(sandbox, "echo 1 > /sys/devices/new", { devices });
    expect(writes.outputTail).toMatch(/Read-only|denied/i);
  },
);

/** `strop doctor`: which sandbox tier this machine gives, found by running a probe in each, and how to get a better one. */
import { availableParallelism, totalmem } from "node:os";

import { VERSION } from "../../core/version.ts";
import { formatBytes, formatCount } from "../../report/format.ts";
import { gpuDevices } from "../../sandbox/gpu.ts";
import { probeTiers } from "../../sandbox/probe-tiers.ts";
import { EXIT } from "../exit-code.ts";
import { bold, dim, green, red, yellow } from "../screen/style.ts";

export interface DoctorOptions {
  readonly json?: boolean;
}

export async function doctorCommand(options: DoctorOptions): Promise<number> {
  const tiers = await probeTiers();
  const machine = {
    strop: VERSION,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    gpus: gpuDevices(),
  };
  const works = tiers.some((tier) => tier.isAvailable && tier.tier !== "none");
  if (options.json === true) process.stdout.write(`${JSON.stringify({ ...machine, tiers })}\n`);
  else {
    process.stdout.write(
      `${bold(`strop ${VERSION}`)} ${dim(`node ${process.version}, ${machine.platform}, ${formatCount(machine.cores, "core")}, ${formatBytes(machine.memoryBytes)}`)}\n\n`,
    );
    for (const { tier, isAvailable, reason, hint } of tiers.filter((report) => report.tier !== "none")) {
      process.stdout.write(`${isAvailable ? green("works ") : red("absent")}  ${tier.padEnd(16)} ${dim(reason)}\n`);
      if (hint !== "") process.stdout.write(`        ${yellow(hint)}\n`);
    }
    if (machine.gpus.length > 0)
      process.stdout.write(
        `\nGPU     ${machine.gpus.join(" ")} ${dim("shown to commands whose config says `gpu: true`")}\n`,
      );
    process.stdout.write(`\n${dim("what each tier stops: docs/sandbox.md")}\n`);
  }
  return works ? EXIT.done : EXIT.harness;
}

/** What a user with a GPU has to know before a night of training: no sandbox shows it (docs/sandbox.md, "Not covered"). */
import { existsSync } from "node:fs";

import type { ProgramFiles } from "../core/edit.ts";

/** NVIDIA's first, and AMD's. */
const DEVICES = ["/dev/nvidia0", "/dev/kfd"];

/** One sentence where the program asks for a GPU that the machine has and the tier does not show. */
export function gpuNotes(
  program: ProgramFiles,
  tier: string,
  hasGpu = DEVICES.some((path) => existsSync(path)),
): string[] {
  const asks = Object.values(program).some((text) => /\b(?:cuda|nvidia|rocm|gpu)\b/i.test(text));
  if (!asks || !hasGpu || tier === "none") return [];
  return [
    "the program speaks of a GPU, and no sandbox shows one: it will fail, or train on the CPU; --unsafe-no-sandbox gives it the GPU, and all else that you have",
  ];
}

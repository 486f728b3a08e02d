/** What a user with a GPU has to know before a night of training: a sandbox shows it to those alone that ask for it. */
import type { ProgramFiles } from "../../core/edit.ts";
import type { Action } from "../../core/task.ts";
import { gpuDevices } from "../../sandbox/gpu.ts";

/** One sentence where the program speaks of a GPU that the machine has and that it is not shown. */
export function gpuNotes(
  program: ProgramFiles,
  { run, tier }: { readonly run: Action; readonly tier: string },
  hasGpu = gpuDevices().length > 0,
): string[] {
  if (!speaksOfGpu(Object.values(program)) || !hasGpu || tier === "none" || run.kind === "module" || run.gpu === true)
    return [];
  return [
    "the program speaks of a GPU, and is not shown this machine's: it will fail, or train on the CPU; `run: { command: …, gpu: true }` in the config shows it",
  ];
}

/** Whether one of a program's texts does. */
export const speaksOfGpu = (texts: readonly string[]): boolean =>
  texts.some((text) => /\b(?:cuda|nvidia|rocm|gpu)\b/i.test(text));

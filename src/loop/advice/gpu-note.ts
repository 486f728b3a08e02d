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

/** What to do about a program that found no GPU; undefined where it says nothing of the kind. */
export function gpuHint(
  said: string,
  { run, tier }: { readonly run: Action; readonly tier: string },
  hasGpu = gpuDevices().length > 0,
): string | undefined {
  if (!/Found no NVIDIA driver|No CUDA GPUs are available|no (?:CUDA|ROCm)-capable device|No HIP GPUs/i.test(said))
    return undefined;
  const isShown = tier === "none" || (run.kind === "command" && run.gpu === true);
  if (hasGpu && !isShown)
    return "a sandbox shows no GPU unasked: `run: { command: …, gpu: true }` in the config shows it";
  return hasGpu
    ? "the program is shown this machine's GPUs, and cannot use them: `strop doctor` lists what it is shown"
    : 'strop finds no GPU on this machine: let the program fall back on the CPU, such as `"cuda" if torch.cuda.is_available() else "cpu"`';
}

/** Whether one of a program's texts does. */
export const speaksOfGpu = (texts: readonly string[]): boolean =>
  texts.some((text) => /\b(?:cuda|nvidia|rocm|gpu)\b/i.test(text));

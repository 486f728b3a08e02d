/** What to do about a program that ran into a limit of its sandbox, or into one of the machine that looks like it. */
import type { Outcome } from "../../core/trial.ts";

/** How strop says that it ended a program (sandbox/limits/watchdog.ts, sandbox/limits/supervise.ts), and the key of the config. */
const ENDED: readonly (readonly [RegExp, string])[] = [
  [/^used .* memory$/, "memory"],
  [/^wrote (?:.* disk|more than \d+ files)$/, "disk"],
  [/^ran \d+ processes/, "processes"],
  [/^printed \d+ bytes/, "output"],
];

/** What programs say, PyTorch among them. The first that fits counts. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [
    /CUDA out of memory|CUDA error: out of memory|hipErrorOutOfMemory/,
    "the GPU's own memory is full, which no budget changes: let the program use less, such as a smaller batch, or free the GPU (nvidia-smi)",
  ],
  [
    /shared memory|\bBus error\b|No space left on device/i,
    "/tmp and /dev/shm each hold as much as budget.disk allows, and at most half of budget.memory: give it more of both in the config",
  ],
  [
    /Too many open files/,
    "a process may have 512 files open: in PyTorch, fewer workers, or torch.multiprocessing.set_sharing_strategy('file_system')",
  ],
  [
    /\bMemoryError\b|can(?:'t|not) allocate memory|\bbad_alloc\b|ArrayMemoryError/i,
    "give it more: budget.memory in the config",
  ],
  [/can't start new thread|Resource temporarily unavailable/i, "give it more: budget.processes in the config"],
];

/** One sentence; undefined where no limit is in sight. */
export function limitHint({ status, reason, diagnostics }: Outcome): string | undefined {
  const key = ENDED.find(([pattern]) => pattern.test(reason))?.[1];
  if (key !== undefined) return `give it more: budget.${key} in the config`;
  if (status !== "crashed") return undefined;
  return SAID.find(([pattern]) => pattern.test(`${reason}\n${diagnostics.outputTail}`))?.[1];
}

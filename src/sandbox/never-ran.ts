/** The result of a job that was refused before anything was started: the shape of a failure, and no use of anything. */
import type { JobResult } from "./types.ts";

export const neverRan = (exitCode: number, reason: string): JobResult => ({
  exitCode,
  signal: null,
  killed: undefined,
  reason,
  value: undefined,
  wallSeconds: 0,
  cpuSeconds: 0,
  peakMemoryBytes: 0,
  outputTail: "",
});

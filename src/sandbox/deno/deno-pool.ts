/**
 * Starts Deno loaders, and keeps some started and waiting, so that a job does not pay for the start. A loader serves
 * exactly one job. A spare is taken only by a job with the memory limit that it was started with.
 */
import type { Socket } from "node:net";
import { availableParallelism } from "node:os";

import { StropError } from "../../core/errors.ts";
import type { Launched } from "../limits/supervise.ts";

export interface DenoPool {
  /** A loader that waits for its program. */
  take(memoryBytes: number): Launched;
  /** A job has ended: what is missing is started now, while its result is worked on. */
  refill(memoryBytes: number): void;
  /** Ends the spares. */
  close(): Promise<void>;
}

interface Spare {
  readonly memoryBytes: number;
  readonly launched: Launched;
}

/** A spare started at once would take its start-up time from the job that has just begun. */
const REFILL_DELAY_MS = 25;

/**
 * `wanted`: loaders kept waiting, but no more than processors could start meanwhile; 0 starts each job's loader when it is
 * needed. The first job's is never spare.
 */
export function createDenoPool(wanted: number, launch: (memoryBytes: number) => Launched): DenoPool {
  const spares = Math.min(wanted, availableParallelism() + 1);
  let waiting: Spare[] = [];
  let isClosed = false;
  const end = async ({ launched }: Spare) => {
    launched.kill();
    await launched.gone();
  };
  const prepare = (memoryBytes: number) => {
    const spare = { memoryBytes, launched: launch(memoryBytes) };
    holdProcessOpen(spare.launched, false);
    const forget = () => {
      waiting = waiting.filter((each) => each !== spare);
    };
    spare.launched.child.once("exit", forget).once("error", forget);
    waiting.push(spare);
    // The oldest goes when the limits of the jobs have changed.
    if (waiting.length > spares) void end(waiting.shift() as Spare);
  };
  const refill = (memoryBytes: number) => {
    try {
      while (!isClosed && waiting.filter((each) => each.memoryBytes === memoryBytes).length < spares)
        prepare(memoryBytes);
    } catch (thrown) {
      // Nobody waits for a spare. What keeps it from starting is told to whoever needs a loader next.
      if (!(thrown instanceof StropError)) throw thrown;
    }
  };
  return {
    refill,
    take(memoryBytes) {
      const spare = waiting.find((each) => each.memoryBytes === memoryBytes);
      waiting = waiting.filter((each) => each !== spare);
      if (spare !== undefined) holdProcessOpen(spare.launched, true);
      setTimeout(refill, REFILL_DELAY_MS, memoryBytes).unref();
      return spare?.launched ?? launch(memoryBytes);
    },
    async close() {
      isClosed = true;
      await Promise.all(waiting.map(end));
    },
  };
}

/** A spare must not keep strop running when everything else is done; when strop ends, its stdin ends and so does it. */
function holdProcessOpen({ child }: Launched, hold: boolean): void {
  const handles = [child, ...child.stdio.filter((stream) => stream !== null)] as unknown as Pick<
    Socket,
    "ref" | "unref"
  >[];
  for (const handle of handles) {
    if (hold) handle.ref();
    else handle.unref();
  }
}

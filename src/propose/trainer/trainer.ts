/**
 * The trainer as strop uses it: a worker that is started when it is first needed, and started again when it dies. That loses
 * nothing, since every request names the checkpoint and the seed that its reply follows from.
 */
import type { z } from "zod";

import { messageOf, StropError } from "../../core/errors.ts";
import { badReply, Disconnected } from "./connection.ts";
import { inTime, lastWords } from "./in-time.ts";
import {
  type Opened,
  opened,
  type OpenRequest,
  type Sampled,
  sampled,
  type SampleRequest,
  type Updated,
  updated,
  type UpdateRequest,
} from "./protocol.ts";
import { startWorker, type WorkerProcess } from "./worker.ts";

export interface Trainer {
  /** What the model is; loads it. */
  open(signal: AbortSignal): Promise<Opened>;
  sample(request: SampleRequest, signal: AbortSignal): Promise<Sampled>;
  /** When it resolves, the new checkpoint is on the disk. */
  update(request: UpdateRequest, signal: AbortSignal): Promise<Updated>;
  /** Ends the worker; a later request would start another. */
  close(): void;
}

export interface TrainerOptions {
  /** Starts the worker; `--socket PATH` is added. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly model: OpenRequest;
  /** Wall milliseconds for one request; default an hour. */
  readonly requestMs?: number;
  /** Wall milliseconds until the worker is there; default: five minutes. */
  readonly startMs?: number;
  /** Told when a worker died and another is started. */
  readonly onRestart?: (sentence: string) => void;
}

/** Workers that may die in a row over one request. */
const DEATHS = 3;

interface Ready {
  readonly worker: WorkerProcess;
  readonly model: Opened;
}

/**
 * All requests reject with StropError: `trainer.not-started`, `trainer.died`, `trainer.timed-out`, `trainer.bad-reply`, and
 * `trainer.<code>` for what the worker says. An aborted one rejects with the signal's reason, and ends the worker.
 */
export function openTrainer(options: TrainerOptions): Trainer {
  const { onRestart = () => undefined } = options;
  let ready: Ready | undefined;
  const close = (): void => {
    ready?.worker.kill();
    ready = undefined;
  };
  const withWorker = async <T>(work: (ready: Ready) => Promise<T>, signal: AbortSignal): Promise<T> => {
    for (let deaths = 1; ; deaths++) {
      try {
        ready ??= await start(options, signal);
        return await work(ready);
      } catch (thrown) {
        const log = ready?.worker.log() ?? "";
        // One that reported an error is as good as new; one that said nonsense or nothing is not.
        if (!isReported(thrown)) close();
        if (!(thrown instanceof Disconnected)) throw thrown;
        if (deaths === DEATHS) throw died(thrown, log);
        onRestart(`the trainer's worker is gone (${thrown.message}); another one goes on from the last checkpoint`);
      }
    }
  };
  const request = <T>(schema: z.ZodType<T>, { method, params, signal }: Asked): Promise<T> =>
    withWorker(async ({ worker }) => {
      const reply = await inTime(worker.connection.ask(method, params), { ...options, signal });
      return checked(schema, reply, method);
    }, signal);
  return {
    open: (signal) => withWorker(async ({ model }) => model, signal),
    sample: (params, signal) => request(sampled, { method: "sample", params, signal }),
    update: (params, signal) => request(updated, { method: "update", params, signal }),
    close,
  };
}

interface Asked {
  readonly method: string;
  readonly params: object;
  readonly signal: AbortSignal;
}

async function start(options: TrainerOptions, signal: AbortSignal): Promise<Ready> {
  const worker = await startWorker({ ...options, signal });
  try {
    const reply = await inTime(worker.connection.ask("open", options.model), { ...options, signal });
    return { worker, model: checked(opened, reply, "open") };
  } catch (thrown) {
    worker.kill();
    throw thrown instanceof Disconnected && worker.log() !== "" ? new Disconnected(lastLine(worker.log())) : thrown;
  }
}

const lastLine = (log: string): string => log.split("\n").at(-1) as string;

const OWN_FAULTS = new Set(["trainer.bad-reply", "trainer.timed-out", "trainer.not-started"]);

const isReported = (thrown: unknown): boolean => thrown instanceof StropError && !OWN_FAULTS.has(thrown.code);

function checked<T>(schema: z.ZodType<T>, reply: unknown, method: string): T {
  const read = schema.safeParse(reply);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw badReply(`a reply to ${method}`, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

const died = (cause: unknown, log: string): StropError =>
  new StropError(
    "trainer.died",
    `expected the trainer's worker to live, found that it ended ${DEATHS} times in a row: ${messageOf(cause)}` +
      lastWords(log),
    { hint: "if it was ended for its memory, choose a smaller model, prompt or answer", cause },
  );

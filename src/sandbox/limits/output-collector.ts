/**
 * Collects what a job prints: decodes it per stream, counts its bytes against the limit, keeps the tail.
 */
import { StringDecoder } from "node:string_decoder";

import type { JobBase } from "../types.ts";

export type StreamName = "stdout" | "stderr";

/** Characters of output kept for the result. */
const TAIL_LENGTH = 65_536;

export interface OutputCollector {
  add(stream: StreamName, bytes: Uint8Array): void;
  /** Delivers what an unfinished character left behind. */
  end(): void;
  tail(): string;
}

/** `onExceeded` is called once, with the number of bytes that were printed; nothing more is delivered after it. */
export function createOutputCollector(
  limitBytes: number,
  onOutput: JobBase["onOutput"],
  onExceeded: (bytes: number) => void,
): OutputCollector {
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  let kept = "";
  let total = 0;
  const deliver = (text: string, stream: StreamName) => {
    if (text === "") return;
    kept += text;
    if (kept.length > 2 * TAIL_LENGTH) kept = kept.slice(-TAIL_LENGTH);
    onOutput?.(text, stream);
  };
  return {
    add(stream, bytes) {
      const isOver = total > limitBytes;
      total += bytes.length;
      if (isOver) return;
      const allowed = total > limitBytes ? bytes.subarray(0, bytes.length - (total - limitBytes)) : bytes;
      deliver(decoders[stream].write(Buffer.from(allowed)), stream);
      if (total > limitBytes) onExceeded(total);
    },
    end() {
      deliver(decoders.stdout.end(), "stdout");
      deliver(decoders.stderr.end(), "stderr");
    },
    tail: () => kept.slice(-TAIL_LENGTH),
  };
}

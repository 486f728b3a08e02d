/** Waiting for something that the operating system does without telling. */
import { setTimeout as sleep } from "node:timers/promises";

/** Looks every millisecond, for at most two seconds: what SIGKILL does not end in that time waits for a device. */
export async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 2000;
  while (!isTrue() && performance.now() < deadline) await sleep(1);
}

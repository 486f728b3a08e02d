/** What this process itself prints into a file of a task's folder: it changes with every line, so nothing can be pinned to it. */
import { type BigIntStats, fstatSync, statSync } from "node:fs";
import { join } from "node:path";

import { StropError } from "../core/errors.ts";

/** Throws StropError `environment.own-output` where standard output or error goes into one of `paths`, relative to `folder`. */
export function refuseOwnOutput(folder: string, paths: readonly string[]): void {
  const outputs = [1, 2].map((descriptor) => looked(() => fstatSync(descriptor, { bigint: true }))).filter(isFile);
  if (outputs.length === 0) return;
  const own = paths.find((path) => {
    const info = looked(() => statSync(join(folder, path), { bigint: true }));
    return outputs.some(({ ino, dev }) => ino === info?.ino && dev === info.dev);
  });
  if (own === undefined) return;
  throw new StropError(
    "environment.own-output",
    `expected the files beside the program to stay as they are during a run, found that this command's own output goes to ${own}`,
    { hint: "send it to a file whose name ends in .log, which is not pinned, or to one outside the task's folder" },
  );
}

const isFile = (info: BigIntStats | undefined): info is BigIntStats => info?.isFile() === true;

/** Undefined for a descriptor that is closed and a file that is gone. */
function looked(look: () => BigIntStats): BigIntStats | undefined {
  try {
    return look();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause) return undefined;
    throw cause;
  }
}

/** `strop recurse --self`: strop's own proposers are the program; what comes out is a patch to review. */
import { join, relative, resolve } from "node:path";

import { runSelf } from "../../loop/self/run-self.ts";
import type { RunSelfResult } from "../../loop/self/run-self.ts";
import { BUILTIN } from "../../propose/builtin/builtin-model.ts";
import { printClosing } from "../closing.ts";
import { EXIT } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { createProgress } from "../progress.ts";
import { bold, dim, yellow } from "../style.ts";
import { DEFAULT_LIMIT } from "./recurse.ts";
import type { RecurseOptions } from "./recurse.ts";

export interface RecurseSelfOptions extends Omit<RecurseOptions, "task" | "improver"> {
  readonly trials?: number;
}

export async function recurseSelfCommand(options: RecurseSelfOptions): Promise<number> {
  const folder = resolve(join(options.folder, "self"));
  const modelNames = (options.model ?? []).filter((name) => name !== BUILTIN);
  const interrupt = listenForInterrupt();
  const sessionMs = Number.POSITIVE_INFINITY;
  const progress = createProgress({ out: process.stderr, sessionMs, now: () => performance.now() });
  process.stderr.write(
    yellow("strop works on a copy of its own proposers; what judges them is the copy that is running\n"),
  );
  try {
    const result = await runSelf(folder, {
      trials: options.trials,
      seed: options.seed,
      modelNames,
      maxCost: options.maxCost ?? (modelNames.length === 0 ? undefined : DEFAULT_LIMIT),
      fresh: options.fresh === true,
      tier: options.tier ?? "auto",
      observer: progress,
      signal: interrupt.signal,
    });
    progress.stop();
    printClosing({ ...result, taskFolder: folder, json: options.json === true });
    if (options.json !== true) process.stdout.write(patchLines(result));
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return result.patch === null ? EXIT.nothingImproved : EXIT.done;
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

const patchLines = ({ patch }: RunSelfResult): string =>
  patch === null
    ? `${dim("no patch: nothing was kept")}\n`
    : `${bold("patch")}     ${relative(process.cwd(), patch)}\n${dim("read it, then apply it with git apply at the root of strop's repository, if you like it")}\n`;

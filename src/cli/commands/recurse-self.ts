/** `strop recurse --self`: strop's own proposers are the program; what comes out is a patch to review. */
import { join, resolve } from "node:path";

import { runSelf, type RunSelfResult } from "../../loop/self/run-self.ts";
import { BUILTIN } from "../../propose/builtin/builtin-model.ts";
import { EXIT } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { place } from "../place.ts";
import { createProgress } from "../screen/progress.ts";
import { sameCommand } from "../same-command.ts";
import { bold, dim, say, yellow } from "../screen/style.ts";
import { requireFitting } from "../misplaced.ts";
import { DEFAULT_LIMIT, RECURSE_FORMS, type RecurseOptions } from "./recurse.ts";

export interface RecurseSelfOptions extends Omit<RecurseOptions, "task" | "improver"> {
  readonly trials?: number;
}

export async function recurseSelfCommand(options: RecurseSelfOptions): Promise<number> {
  requireFitting(options, "recurse --self", RECURSE_FORMS);
  const folder = resolve(join(options.folder, "self"));
  const modelNames = (options.model ?? []).filter((name) => name !== BUILTIN);
  const interrupt = listenForInterrupt();
  const sessionMs = Number.POSITIVE_INFINITY;
  const progress = createProgress({ out: process.stderr, sessionMs, now: () => performance.now() });
  say(yellow("strop works on a copy of its own proposers; what judges them is the copy that is running"));
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
    process.stdout.write(options.json === true ? `${jsonOf(result)}\n` : closing(result));
    return interrupt.signal.aborted ? EXIT.interrupted : EXIT.done;
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

const jsonOf = ({ state, files, patch }: RunSelfResult): string =>
  JSON.stringify({
    run: state.run,
    baseline: state.baselineScore,
    champion: state.champion?.score ?? null,
    championTrial: state.champion?.trial ?? null,
    ended: state.ended,
    tier: state.tier,
    report: files.report,
    patch,
  });

/** Not that of `strop run`: no other command goes on with these races. */
function closing({ state, files, patch }: RunSelfResult): string {
  const { baselineScore, champion, ended } = state;
  const found =
    patch === null
      ? [bold("no edit was shown to be better: there is no patch")]
      : [
          `${bold("decades per race")}  ${baselineScore?.toFixed(4)} → ${champion?.score.toFixed(4)}`,
          `${bold("patch")}   ${place(patch)}`,
          dim("read it, and apply it with git apply at the root of strop's repository if you agree"),
        ];
  return [
    "",
    dim(ended ?? "still open"),
    ...found,
    `${dim("report")}  ${place(files.report)}`,
    `${dim("go on")}   ${sameCommand(["--trials <n>", "--fresh"])} --trials MORE`,
    "",
  ].join("\n");
}

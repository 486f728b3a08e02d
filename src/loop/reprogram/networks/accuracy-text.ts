/** What the final trainings of experiment 2 say, in words: the one number that selected nothing. */
import { mean, meanInterval } from "../../../core/numerics/stats.ts";
import { formatCount } from "../../../report/format.ts";
import type { FinalTraining } from "./final-training.ts";
import type { ReprogramResult } from "../result.ts";

/** A sentence for the report; none where nothing was trained in the end. */
export function accuracyNotes(result: ReprogramResult): string[] {
  const what = accuracyTitle(result);
  const { best, initial } = result.finals;
  return what === ""
    ? []
    : [
        `The score chose among sources, and so flatters. The ${what}: best source ${accuracyText(best)}, initial source ${accuracyText(initial)}.`,
      ];
}

/** `accuracy on 400 untouched images after 1 epoch, mean and 95 % interval over seeds`; empty where nothing was trained. */
export const accuracyTitle = ({ finals, settings }: ReprogramResult): string =>
  settings.experiment === "self" || finals.best.length === 0
    ? ""
    : `accuracy on ${settings.report} untouched images after ${formatCount(settings.finalEpochs, "epoch")}, mean and 95 % interval over seeds`;

/** `98.12 % ± 0.10 (3 seeds)` */
export function accuracyText(trainings: readonly FinalTraining[]): string {
  const found = trainings.flatMap(({ accuracy }) => (accuracy === null ? [] : [100 * accuracy]));
  const failed = trainings.length - found.length;
  if (found.length === 0) return `none of ${trainings.length} trainings worked: ${trainings[0]?.reason ?? ""}`;
  const { low, high } = meanInterval(found);
  const spread = found.length > 1 ? ` ± ${((high - low) / 2).toFixed(2)}` : "";
  return `${mean(found).toFixed(2)} %${spread} (${formatCount(found.length, "seed")}${failed > 0 ? `, ${failed} failed` : ""})`;
}

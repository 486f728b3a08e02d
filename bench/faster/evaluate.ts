/** The frozen evaluator: the answer has to be that of the untouched program, and the score is the CPU time that the host measured. */
import type { Evaluation, Scores } from "strop/task";
import { firstDifference } from "./answers.ts";

export default function evaluate({ data, outputs, measured }: Evaluation): Scores {
  const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
  const { metric, isNumeric } = JSON.parse(text(data["rules.json"])) as { metric: string; isNumeric: boolean };
  const difference = firstDifference(text(data["expected.txt"]), text(outputs["answer.txt"]), isNumeric);
  if (difference !== null) throw new Error(difference);
  return { [metric]: measured.trainSeconds };
}

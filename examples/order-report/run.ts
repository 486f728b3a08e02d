/**
 * The frozen harness: hands the program its inputs and keeps what it answers. The clock starts when all inputs are there
 * and is the host's; nothing that runs in here, this file included, has a say in what it shows.
 */
import type { Trial } from "strop/task";
import { generate, ROUNDS } from "./generate.ts";
import { writeReport } from "./src/report.ts";

export default async function run({ seed, report, save }: Trial): Promise<void> {
  const inputs = Array.from({ length: ROUNDS }, (_, round) => generate(seed, round));
  await report({ step: 0, loss: ROUNDS });
  const answers: string[] = [];
  for (const [round, input] of inputs.entries()) {
    answers.push(writeReport(input.orders, input.products));
    await report({ step: round + 1, loss: ROUNDS - round - 1 });
  }
  for (const [round, answer] of answers.entries()) await save(`report-${round}.txt`, new TextEncoder().encode(answer));
}

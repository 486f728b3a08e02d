/**
 * Learning parity, with noise (STOP §5.1) and without (§5.2). The labels of the training samples are the parity of an
 * unknown subset of the bits, some of them flipped; the labels of the test samples are wanted, and are never flipped.
 */
import type { Random } from "../core/numerics/random.ts";
import { checkBits, markOf, type Bit } from "./answers.ts";
import { defineTask } from "./define-task.ts";
import { variantName } from "./options.ts";
import type { DownstreamTask, Split } from "./types.ts";

export interface ParityOptions {
  /** Length of a sample; default 10. */
  readonly bits?: number;
  /** Share of the training labels that are flipped, each independently; default 0.05. */
  readonly noise?: number;
  /** 24 bits with 15 % noise, where trying all masks no longer fits the limit unless done cleverly. */
  readonly hard?: boolean;
}

export interface ParityInstance {
  /** 1 where the bit counts. Secret. */
  readonly mask: readonly Bit[];
  readonly trainSamples: readonly (readonly Bit[])[];
  readonly trainParity: readonly Bit[];
  readonly testSamples: readonly (readonly Bit[])[];
  /** Secret. */
  readonly testParity: readonly Bit[];
}

const MASK_DENSITY = 0.3;
const [TRAIN, TEST] = [100, 20];
const LIMIT_SECONDS = 2;
/** What the paper gives a solution that fails. */
const FAILURE_SCORE = 1e-6;

export function drawParity(random: Random, { bits, noise }: { bits: number; noise: number }): ParityInstance {
  const mask = Array.from({ length: bits }, () => coin(random, MASK_DENSITY));
  const draw = () => Array.from({ length: bits }, () => coin(random, 0.5));
  const parity = (sample: readonly Bit[]) =>
    (sample.reduce<number>((sum, bit, i) => sum + bit * mask[i]!, 0) % 2) as Bit;
  const trainSamples = Array.from({ length: TRAIN }, draw);
  const testSamples = Array.from({ length: TEST }, draw);
  const trainParity = trainSamples.map((sample) => (parity(sample) ^ coin(random, noise)) as Bit);
  return { mask, trainSamples, trainParity, testSamples, testParity: testSamples.map(parity) };
}

const coin = (random: Random, probability: number): Bit => (random.next() < probability ? 1 : 0);

export function createParityNoise(options: ParityOptions = {}): DownstreamTask {
  const { hard = false, bits = hard ? 24 : 10, noise = hard ? 0.15 : 0.05 } = options;
  return parityTask("parity-noise", { bits, noise }, { validation: 20, test: 50 });
}

export function createParity({
  hard = false,
  bits = hard ? 48 : 10,
}: Omit<ParityOptions, "noise"> = {}): DownstreamTask {
  return parityTask("parity", { bits, noise: 0 }, { validation: 20, test: 20 });
}

function parityTask(
  name: string,
  { bits, noise }: { bits: number; noise: number },
  counts: Readonly<Record<Split, number>>,
): DownstreamTask {
  const isUsual = bits === 10 && noise === (name === "parity" ? 0 : 0.05);
  return defineTask<ParityInstance>({
    name: isUsual ? name : variantName(name, noise === 0 ? { bits } : { bits, noise }),
    description: describe(bits, noise),
    seedSolution: SEED,
    limitSeconds: LIMIT_SECONDS,
    failureScore: name === "parity-noise" ? FAILURE_SCORE : 0,
    counts,
    draw: (random) => drawParity(random, { bits, noise }),
    argumentsOf: ({ trainSamples, trainParity, testSamples }) => [trainSamples, trainParity, testSamples],
    judge: ({ testParity }, answer) =>
      markOf(checkBits(answer, testParity.length), (guess) => share(guess, testParity)),
  });
}

const share = (guess: readonly Bit[], truth: readonly Bit[]): number =>
  truth.filter((bit, i) => guess[i] === bit).length / truth.length;

const describe = (bits: number, noise: number): string => `\
/** Learns a hidden parity${noise === 0 ? "" : " from noisy labels"}. Higher is better. */
function score(algorithm: (trainSamples: Bit[][], trainParity: Bit[], testSamples: Bit[][]) => Bit[]): number {
  const instances = 20, bits = ${bits}, trainSize = ${TRAIN}, testSize = ${TEST}, noise = ${noise}, limitSeconds = ${LIMIT_SECONDS};
  const coin = (probability: number): Bit => (Math.random() < probability ? 1 : 0);
  let total = 0;
  for (let k = 0; k < instances; k++) {
    const mask = Array.from({ length: bits }, () => coin(${MASK_DENSITY}));
    const draw = () => Array.from({ length: bits }, () => coin(0.5));
    const parity = (sample: Bit[]) => (sample.filter((bit, i) => bit === 1 && mask[i] === 1).length % 2) as Bit;
    const [train, test] = [trainSize, testSize].map((size) => Array.from({ length: size }, draw));
    const trainParity = train.map((sample) => (parity(sample) ^ coin(noise)) as Bit);
    // Stopped after the limit. Too late, an exception or anything but testSize bits counts as 0.
    const guess = runWithin(limitSeconds, () => algorithm(train, trainParity, test));
    total += test.filter((sample, i) => guess[i] === parity(sample)).length / testSize;
  }
  return total / instances;
}
`;

const SEED = `\
type Bit = 0 | 1;

/** Guesses. */
export function algorithm(_trainSamples: Bit[][], _trainParity: Bit[], testSamples: Bit[][]): Bit[] {
  return testSamples.map(() => (Math.random() < 0.5 ? 0 : 1));
}
`;

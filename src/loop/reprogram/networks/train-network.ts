/**
 * Training a network from its design, natively or as WebAssembly, and its accuracy. The source had its say in the sandbox; what
 * runs here is a graph that the host built. A network that diverges or takes too long is a result with a reason.
 */
import { createRandom } from "../../../core/numerics/random.ts";
import type { CurvePoint } from "../../../core/trial.ts";
import { type Backend, createTrainer, crossEntropy, exportModel, float32Of, type Trainer } from "../../../nn/index.ts";
import { clipNormOf, scheduleOf } from "../../../reprogram/code-model/learning.ts";
import type { LabelledImages } from "../../../reprogram/data/images.ts";
import type { Design, NetworkDesign, TrainingDesign } from "../../../reprogram/design/design.ts";
import { NETWORK_BATCH } from "../../../reprogram/design/limits.ts";
import type { ImageSetting } from "../../../reprogram/design/network-plan.ts";
import { buildNetwork, type Network } from "./build-network.ts";
import { networkOptimizer } from "./network-optimizer.ts";
import { type BatchOptions, imageBatch, pixelScale, type PixelScale } from "./image-feed.ts";
import { NOMINAL_SECONDS } from "../reprogram-task.ts";

export interface TrainNetworkOptions {
  readonly backend: Backend;
  readonly classes: number;
  /** Passes over the data. */
  readonly epochs: number;
  /** Of initial values, order, augmentation and dropout. */
  readonly seed: number;
  /** Wall seconds; a backstop, as what a design costs is known before it is built. */
  readonly seconds: number;
  readonly augment?: { readonly mirror: boolean; readonly shift: number } | undefined;
  /** Share of each label that is spread over all classes. Default 0. */
  readonly smoothing?: number | undefined;
  /** Takes each point of the curve; a sentence means: stop. */
  readonly observe?: (point: CurvePoint) => string | undefined;
  readonly report?: (share: number) => void;
  readonly signal: AbortSignal;
}

export type TrainedNetwork =
  | {
      readonly ok: true;
      /** By step, in nats. */
      readonly losses: readonly number[];
      /** Share of the images that it classifies rightly. */
      accuracyOn(images: LabelledImages): Promise<number>;
    }
  | { readonly ok: false; readonly status: "crashed" | "timed-out" | "stopped-early"; readonly reason: string };

/** How a source without train() learns; what a train() leaves open is AdamW's. */
export const RECIPE: TrainingDesign = { optimizer: "muon", learningRate: 0.02, schedule: "linear" };
const REST: TrainingDesign = { optimizer: "adamW", learningRate: 2e-3, schedule: "linear" };
const WARMUP = 0.1;
const EVALUATION_BATCH = 100;

export async function trainNetwork(
  design: Design & { readonly model: NetworkDesign },
  data: LabelledImages,
  options: TrainNetworkOptions,
): Promise<TrainedNetwork> {
  const setting = imageSetting(data, options.classes);
  const random = createRandom(options.seed);
  const network = buildNetwork(design.model, setting, random.fork("weights"));
  const plan = planOf(design.train === undefined ? RECIPE : { ...REST, ...design.train }, data, options);
  const scale = pixelScale(data);
  const trainer = await createTrainer({
    backend: options.backend,
    seed: options.seed,
    inputs: {
      images: { shape: [plan.batch, setting.channels, setting.height, setting.width] },
      labels: { shape: [plan.batch], dtype: "int32" },
    },
    loss: ({ images, labels }) => crossEntropy(network(images), labels, { smoothing: options.smoothing ?? 0 }),
    optimizer: networkOptimizer(plan.training),
    clipNorm: clipNormOf(plan.training),
  });
  try {
    const outcome = await runSteps(trainer, { plan, data, scale, ...options });
    if (!outcome.ok) return outcome;
    trainer.sync();
  } finally {
    await trainer.close();
  }
  return { ok: true, losses: plan.losses, accuracyOn: (images) => accuracy(network, images, { ...options, scale }) };
}

export const imageSetting = ({ channels, height, width }: LabelledImages, classes: number): ImageSetting => ({
  kind: "network",
  channels,
  height,
  width,
  classes,
});

interface Plan {
  readonly training: TrainingDesign;
  readonly batch: number;
  readonly steps: number;
  /** Filled while it goes. */
  readonly losses: number[];
}

/** The last images of an epoch that fill no batch are left out of it; the next one has another order. */
function planOf(training: TrainingDesign, { labels }: LabelledImages, { epochs }: TrainNetworkOptions): Plan {
  const batch = Math.min(training.batch ?? NETWORK_BATCH, labels.length);
  const steps = Math.floor(labels.length / batch) * epochs;
  const warmupSteps = training.warmupSteps ?? Math.ceil(steps * WARMUP);
  return { training: { ...training, warmupSteps }, batch, steps, losses: [] };
}

interface Run extends TrainNetworkOptions {
  readonly plan: Plan;
  readonly data: LabelledImages;
  readonly scale: PixelScale;
}

async function runSteps(
  trainer: Trainer<"images" | "labels">,
  run: Run,
): Promise<TrainedNetwork | { readonly ok: true }> {
  const { plan, data, scale, seed, signal } = run;
  const rate = scheduleOf(plan.training, plan.steps);
  const random = createRandom(seed);
  const augment: BatchOptions["augment"] = run.augment && { ...run.augment, random: random.fork("augment") };
  const perEpoch = plan.steps / run.epochs;
  const deadline = performance.now() + run.seconds * 1000;
  let order: number[] = [];
  for (let step = 0; step < plan.steps; step++) {
    signal.throwIfAborted();
    const at = step % perEpoch;
    if (at === 0) order = random.fork(`order/${step}`).shuffle([...data.labels.keys()]);
    const places = order.slice(at * plan.batch, (at + 1) * plan.batch);
    const loss = await trainer.step({ ...imageBatch(data, places, { scale, augment }) }, rate(step + 1));
    const ended = endOf(loss, { step, deadline, run });
    if (ended !== undefined) return ended;
  }
  return { ok: true };
}

function endOf(
  loss: number,
  { step, deadline, run }: { readonly step: number; readonly deadline: number; readonly run: Run },
): TrainedNetwork | undefined {
  const { plan, observe, report, seconds } = run;
  if (!Number.isFinite(loss))
    return { ok: false, status: "crashed", reason: `the loss became ${loss} at step ${step + 1}` };
  plan.losses.push(loss);
  const hopeless = observe?.({ seconds: ((step + 1) / plan.steps) * NOMINAL_SECONDS, loss });
  if (hopeless !== undefined) return { ok: false, status: "stopped-early", reason: hopeless };
  if (performance.now() > deadline)
    return { ok: false, status: "timed-out", reason: `took over ${seconds} s for ${step + 1} of ${plan.steps} steps` };
  report?.((step + 1) / plan.steps);
  return undefined;
}

async function accuracy(
  network: Network,
  images: LabelledImages,
  { backend, scale, signal }: Pick<Run, "backend" | "scale" | "signal">,
): Promise<number> {
  const { channels, height, width, labels } = images;
  const batch = Math.min(EVALUATION_BATCH, labels.length);
  const inputs = { images: { shape: [batch, channels, height, width] } };
  const session = await backend.open(exportModel({ inputs, outputs: (fed) => ({ logits: network(fed.images) }) }));
  try {
    let right = 0;
    for (let start = 0; start < labels.length; start += batch) {
      signal.throwIfAborted();
      // The last batch is filled up with the last image.
      const places = Array.from({ length: batch }, (_, i) => Math.min(start + i, labels.length - 1));
      const data = imageBatch(images, places, { scale });
      const fed = { images: { dtype: "float32" as const, shape: inputs.images.shape, data: data.images } };
      const logits = float32Of((await session.run(fed))["logits"]);
      const answers = argmaxOfRows(logits, logits.length / batch);
      right += answers.filter((answer, i) => start + i < labels.length && answer === data.labels[i]).length;
    }
    return right / labels.length;
  } finally {
    await session.close();
  }
}

const argmaxOfRows = (numbers: Float32Array, columns: number): number[] =>
  Array.from({ length: numbers.length / columns }, (_, row) => {
    const start = row * columns;
    let best = 0;
    for (let i = 1; i < columns; i++) if ((numbers[start + i] as number) > (numbers[start + best] as number)) best = i;
    return best;
  });

/** A network of one hidden layer in plain loops, trained within a fixed amount of arithmetic: milliseconds, for the gym. */
import type { Random } from "../../core/numerics/random.ts";
import type { Values } from "../../propose/policy/gym/tunable-task.ts";

export interface Batch {
  readonly inputs: readonly Float64Array[];
  /** From 0. */
  readonly labels: readonly number[];
  readonly classes: number;
}

export interface Training {
  readonly train: Batch;
  readonly check: Batch;
  readonly values: Values;
  /** What rewrites have made of the code. */
  readonly changes: {
    readonly decay: boolean;
    readonly clip: boolean;
    readonly twice: boolean;
    readonly ascent: boolean;
  };
  readonly random: Random;
}

/** Multiplications that a training may take. */
const WORK = 250_000;

interface Net {
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly bias: Float64Array;
}

/** Mean cross-entropy in nats on the images that were not trained on; not finite where the training diverges. */
export function trainClassifier({ train, check, values, changes, random }: Training): number {
  const [width, classes] = [train.inputs[0]?.length ?? 0, train.classes];
  const hidden = Number(values["hidden"]);
  const batch = Number(values["batchSize"]);
  const scale = Number(values["initScale"]);
  const draw = (length: number) => Float64Array.from({ length }, () => scale * random.normal());
  const net: Net = { first: draw(hidden * width), second: draw(classes * hidden), bias: new Float64Array(hidden) };
  const parts = Object.values(net) as Float64Array[];
  const speed = parts.map(({ length }) => new Float64Array(length));
  const steps = Math.max(1, Math.floor(WORK / (3 * batch * hidden * (width + classes))));
  const shape: Shape = { width, classes, hidden, values, keep: 1 - Number(values["dropout"]) };
  for (let step = 0; step < steps; step++) {
    const gradient = parts.map(({ length }) => new Float64Array(length));
    for (let k = 0; k < batch; k++) {
      const i = random.integer(train.inputs.length);
      addGradient(net, { input: train.inputs[i]!, label: train.labels[i]!, gradient, random, shape });
    }
    const rate =
      (Number(values["learningRate"]) * (changes.decay ? 1 - step / steps : 1) * (changes.twice ? 2 : 1)) / batch;
    const norm = changes.clip ? Math.max(1, Math.hypot(...gradient.map((one) => Math.hypot(...one))) / batch) : 1;
    for (const [p, part] of parts.entries()) {
      if (p === 2 && values["useBias"] !== true) continue;
      for (let i = 0; i < part.length; i++) {
        const pull = gradient[p]![i]! / norm + Number(values["weightDecay"]) * batch * part[i]!;
        speed[p]![i] = Number(values["momentum"]) * speed[p]![i]! + (changes.ascent ? -pull : pull);
        part[i]! -= rate * speed[p]![i]!;
      }
    }
  }
  const losses = check.inputs.map(
    (input, i) => -Math.log(Math.max(1e-9, forward(net, input, shape).out[check.labels[i]!]!)),
  );
  return losses.reduce((sum, one) => sum + one, 0) / losses.length;
}

interface Shape {
  readonly width: number;
  readonly classes: number;
  readonly hidden: number;
  readonly values: Values;
  readonly keep: number;
}

function forward(net: Net, input: Float64Array, { width, classes, hidden, values }: Shape, kept?: Float64Array) {
  const inner = new Float64Array(hidden);
  for (let h = 0; h < hidden; h++) {
    let sum = net.bias[h]!;
    for (let i = 0; i < width; i++) sum += net.first[h * width + i]! * input[i]!;
    const active =
      values["activation"] === "relu" ? Math.max(0, sum) : values["activation"] === "tanh" ? Math.tanh(sum) : sum;
    inner[h] = active * (kept?.[h] ?? 1);
  }
  const logits = Float64Array.from({ length: classes }, (_, c) => {
    let sum = 0;
    for (let h = 0; h < hidden; h++) sum += net.second[c * hidden + h]! * inner[h]!;
    return sum;
  });
  const top = Math.max(...logits);
  const powers = logits.map((one) => Math.exp(one - top));
  const total = powers.reduce((sum, one) => sum + one, 0);
  return { inner, out: powers.map((one) => one / total) };
}

interface Example {
  readonly input: Float64Array;
  readonly label: number;
  /** Of `first`, `second` and `bias`; added to. */
  readonly gradient: readonly Float64Array[];
  readonly random: Random;
  readonly shape: Shape;
}

function addGradient(net: Net, { input, label, gradient, random, shape }: Example): void {
  const { width, classes, hidden, values, keep } = shape;
  const kept = Float64Array.from({ length: hidden }, () => (keep === 1 || random.next() < keep ? 1 / keep : 0));
  const { inner, out } = forward(net, input, shape, kept);
  const smoothing = Number(values["smoothing"]);
  const miss = out.map((one, c) => one - (c === label ? 1 - smoothing : 0) - smoothing / classes);
  const [first, second, bias] = gradient as readonly [Float64Array, Float64Array, Float64Array];
  for (let h = 0; h < hidden; h++) {
    let back = 0;
    for (let c = 0; c < classes; c++) {
      second[c * hidden + h]! += miss[c]! * inner[h]!;
      back += miss[c]! * net.second[c * hidden + h]!;
    }
    if (kept[h] === 0) continue;
    const active = inner[h]! / kept[h]!;
    const slope =
      values["activation"] === "relu" ? Number(active > 0) : values["activation"] === "tanh" ? 1 - active ** 2 : 1;
    back *= slope * kept[h]!;
    bias[h]! += back;
    for (let i = 0; i < width; i++) first[h * width + i]! += back * input[i]!;
  }
}

/** Teacher forcing: the training step of a code model, and the same loss without an update, as one graph each. */
import {
  createTrainer,
  crossEntropy,
  exportModel,
  float32Of,
  parametersOf,
  type Backend,
  type InputSpecs,
  type Tensor,
  type Tensors,
  type Trainer,
  type Value,
} from "../../nn/index.ts";
import type { TrainingDesign } from "../design/design.ts";
import { PAD } from "../tokenizer/tokenizer.ts";
import type { Batch, BatchSize } from "./batch.ts";
import { clipNormOf, optimizerOf } from "./learning.ts";
import { predict, tablesOf, type CodeNetwork } from "./structure.ts";

type Name = keyof Batch;

export interface TeacherOptions extends BatchSize {
  readonly backend: Backend;
  readonly train: TrainingDesign;
  readonly seed: number;
  readonly checkpoint: Uint8Array | undefined;
}

export function openTrainer(network: CodeNetwork, options: TeacherOptions): Promise<Trainer<Name>> {
  const tables = tablesOf(network);
  return createTrainer({
    backend: options.backend,
    inputs: inputsOf(options),
    loss: (batch) => lossOf(network, batch),
    optimizer: optimizerOf(options.train, (parameter) => tables.has(parameter)),
    clipNorm: clipNormOf(options.train),
    seed: options.seed,
    ...(options.checkpoint && { checkpoint: options.checkpoint }),
  });
}

export interface Evaluator {
  /** The loss of a batch with the values that the network's parameters have now. */
  loss(batch: Batch): Promise<number>;
  close(): Promise<void>;
}

export async function openEvaluator(
  network: CodeNetwork,
  { backend, ...size }: Pick<TeacherOptions, "backend" | "rows" | "length">,
): Promise<Evaluator> {
  const fed = parametersOf(network);
  const outputs = (batch: Tensors<Name>) => ({ loss: lossOf(network, batch) });
  const session = await backend.open(exportModel({ inputs: inputsOf(size), outputs, fed }));
  const shape = [size.rows, size.length];
  return {
    async loss(batch) {
      const feeds = Object.entries<Int32Array>({ ...batch }).map(([name, data]): [string, Value] => [
        name,
        { dtype: "int32", shape, data },
      ]);
      const values = [...fed].map(([name, parameter]): [string, Value] => [name, { dtype: "float32", ...parameter }]);
      const { loss } = await session.run(Object.fromEntries([...feeds, ...values]));
      return float32Of(loss)[0]!;
    },
    close: () => session.close(),
  };
}

function inputsOf({ rows, length }: BatchSize): InputSpecs<Name> {
  const spec = { shape: [rows, length], dtype: "int32" } as const;
  return { source: spec, previous: spec, target: spec };
}

/** Mean of −ln p over the targets' symbols, padding left out. */
const lossOf = (network: CodeNetwork, { source, previous, target }: Tensors<Name>): Tensor =>
  crossEntropy(predict(network, { source, previous }), target, { ignore: PAD });

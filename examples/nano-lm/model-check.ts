/** Which models the evaluator runs at all: one input of bytes, one output of logits, standard and deterministic operators. */
import { inspectModel, type Signature } from "strop/nn";

export interface AcceptedModel {
  readonly file: Uint8Array;
  readonly input: string;
  readonly output: string;
  readonly dtype: "int32" | "int64";
  /** Windows in a run. */
  readonly rows: number;
  /** Bytes in a window. */
  readonly context: number;
}

const maximumFileBytes = 32 * 1024 * 1024;

/** Standard operators that compute the same from the same inputs and keep nothing: no randomness, no control flow, no strings. */
const operators = new Set(
  `Abs Acos Add And ArgMax ArgMin Asin Atan AveragePool BatchNormalization Cast Ceil Celu Clip Concat Constant
  ConstantOfShape Conv ConvTranspose Cos Cosh CumSum Div Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU Gather
  GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GroupNormalization HardSigmoid
  HardSwish Hardmax Identity InstanceNormalization LSTM LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax LpNormalization
  MatMul Max MaxPool Mean Min Mish Mod Mul Neg Not OneHot Or PRelu Pad Pow RMSNormalization RNN Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum
  ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Round ScatterElements
  Selu Shape Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign Split Sqrt Squeeze Sub Sum Tan Tanh ThresholdedRelu
  Tile TopK Transpose Trilu Unsqueeze Where Xor`.split(/\s+/),
);

/** Throws with the reason when the file is missing, too large, or not such a model. */
export function acceptModel(file: Uint8Array | undefined): AcceptedModel {
  if (file === undefined) throw new Error("expected the program to save model.onnx, found no such output");
  if (file.length > maximumFileBytes)
    throw new Error(`expected a model.onnx of at most ${maximumFileBytes} bytes, found ${file.length}`);
  const model = inspectModel(file);
  for (const feature of model.features)
    throw new Error(`expected a self-contained model without control flow, found ${feature}`);
  for (const operator of model.operators)
    if (!operators.has(operator)) throw new Error(`expected deterministic standard operators only, found ${operator}`);
  const input = only("input", model.inputs);
  const output = only("output", model.outputs);
  const [rows, context, ...more] = input.shape;
  if (!isWithin(rows, 256) || !isWithin(context, 512) || context < 8 || rows * context > 16_384 || more.length > 0)
    throw new Error(
      `expected an input of fixed shape [rows, context] with rows 1–256, context 8–512, together at most 16384 bytes, found ${show(input)}`,
    );
  if (input.type !== "int32" && input.type !== "int64")
    throw new Error(`expected an int32 or int64 input, found ${show(input)}`);
  if (output.type !== "float" || output.shape.join() !== `${rows},${context},256`)
    throw new Error(`expected float logits [${rows}, ${context}, 256] as the output, found ${show(output)}`);
  return { file, input: input.name, output: output.name, dtype: input.type, rows, context };
}

const isWithin = (value: Signature["shape"][number], maximum: number): value is number =>
  typeof value === "number" && value >= 1 && value <= maximum;

function only(what: string, all: readonly Signature[]): Signature {
  const [first] = all;
  if (first === undefined || all.length > 1)
    throw new Error(`expected one ${what}, found ${all.map(show).join(" and ") || "none"}`);
  return first;
}

const show = ({ name, type, shape }: Signature): string =>
  `${name}: ${type} [${shape.map((size) => size ?? "?").join(", ")}]`;

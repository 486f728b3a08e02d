/**
 * `strop/nn`: a small neural library. A model is ordinary functions on tensors; training and inference become ONNX
 * graphs, run by ONNX Runtime natively or as WebAssembly. See docs/nn.md.
 */
export { createRandom, type Random } from "../core/numerics/random.ts";

export { createGraph } from "./tensor.ts";
export type { DType, Graph, GraphOptions, Operand, Parameter, Shape, Tensor, TensorData } from "./tensor.ts";
export { gradients } from "./gradient.ts";
export { exportModel } from "./model.ts";
export type { Inference, InputSpec, InputSpecs, Tensors } from "./model.ts";
export { inspectModel, type ModelSummary, type Signature } from "./onnx/inspect.ts";
export { createTrainer, runTrainingStep } from "./trainer.ts";
export type { RunOptions, StepRunner, Trainer, TrainerOptions } from "./trainer.ts";
export { buildTrainingStep } from "./training-step.ts";
export type { BuiltStep, TrainingStep, TrainingStepOptions } from "./training-step.ts";
export { loadParameters, parametersOf, saveParameters } from "./checkpoint/parameters.ts";
export { readState, requireSameShapes, writeState, type TrainingState } from "./checkpoint/state.ts";
export { decodeSafetensors, encodeSafetensors, type Checkpoint } from "./checkpoint/safetensors.ts";

export { float32Of, type Backend, type Session, type Value, type Values } from "./backend.ts";
export { nativeBackend, type NativeOptions } from "./backends/native.ts";
export { wasmAsset, wasmBackend } from "./backends/wasm.ts";

export { constant, fanIn, glorot, normal, ones, orthogonal, parameter, uniform, zeros } from "./initialize.ts";
export type { Initializer, ParameterOptions } from "./initialize.ts";
export { adam, adamW, type AdamOptions, type AdamWOptions } from "./optimizers/adam.ts";
export { clipByGlobalNorm, globalNorm } from "./optimizers/clip.ts";
export { muon, type MuonOptions } from "./optimizers/muon.ts";
export type { Optimizer, UpdateInput, UpdateOutput } from "./optimizers/optimizer.ts";
export { scaled } from "./optimizers/scaled.ts";
export { sgd, type SgdOptions } from "./optimizers/sgd.ts";
export { constantRate, cosineDecay, inverseRoot, linearDecay } from "./schedules.ts";
export type { DecayOptions, Schedule, ScheduleOptions } from "./schedules.ts";

export {
  attention,
  type AttendOptions,
  type Attention,
  type AttentionOptions,
  type Memory,
} from "./layers/attention.ts";
export { causalSelfAttention } from "./layers/causal-self-attention.ts";
export type { CausalSelfAttention, CausalSelfAttentionOptions } from "./layers/causal-self-attention.ts";
export { conv2d, type Conv2d, type Conv2dOptions } from "./layers/conv.ts";
export { transformerDecoder, type Decoder, type DecoderOptions, type DecodeOptions } from "./layers/decoder.ts";
export { cacheShapes, decodeStep, rememberMemory } from "./layers/decoder-step.ts";
export type { Cache, CacheSize, DecodeStep, DecodeStepOptions } from "./layers/decoder-step.ts";
export { embedding, type Embedding, type EmbeddingOptions } from "./layers/embedding.ts";
export { transformerEncoder, type Encoder } from "./layers/encoder.ts";
export { linear, type Linear, type LinearOptions, type LoraOptions } from "./layers/linear.ts";
export { mlp, type Mlp, type MlpOptions } from "./layers/mlp.ts";
export { batchNorm2d, groupNorm2d } from "./layers/image-norm.ts";
export type { BatchNorm, BatchNormOptions, GroupNormOptions } from "./layers/image-norm.ts";
export { layerNorm, rmsNorm, type Layer, type Norm } from "./layers/norm.ts";
export { relativePositions } from "./layers/relative-positions.ts";
export type { RelativePositionOptions, RelativePositions } from "./layers/relative-positions.ts";
export type { TransformerOptions } from "./layers/transformer.ts";

export { gelu, relu, silu } from "./ops/activation.ts";
export { add, div, mean, mul, neg, sub } from "./ops/arithmetic.ts";
export { cast, clamp, equal, greater, less, lessOrEqual, maximum, minimum } from "./ops/compare.ts";
export { pick, stopGradient, where } from "./ops/compare.ts";
export { convolve2d, type ConvolveOptions } from "./ops/convolution.ts";
export { dropout } from "./ops/dropout.ts";
export { abs, exp, log, reciprocal, sigmoid, softplus, sqrt, tanh } from "./ops/elementwise.ts";
export { gather } from "./ops/gather.ts";
export { binaryCrossEntropy, crossEntropy, crossEntropyEach, huberLoss, meanSquaredError } from "./ops/loss.ts";
export type { CrossEntropyOptions, LossOptions } from "./ops/loss.ts";
export { matmul } from "./ops/matmul.ts";
export { layerNormalize, rmsNormalize, type NormalizeOptions } from "./ops/normalize.ts";
export { averagePool2d, globalAveragePool2d, maxPool2d, type PoolOptions } from "./ops/pool.ts";
export { expand, sum, type ReduceOptions } from "./ops/reduce.ts";
export {
  concat,
  flatten,
  pad,
  reshape,
  slice,
  swapLastAxes,
  transpose,
  type Padding,
  type Range,
} from "./ops/shape.ts";
export { logSoftmax, softmax } from "./ops/softmax.ts";

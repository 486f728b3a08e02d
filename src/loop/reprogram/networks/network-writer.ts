/** The code model of experiment 2: trained once per run, on sources of networks, from the paper's initial source of itself. */
import type { JsonObject } from "../../../core/json.ts";
import { loadCodeModel } from "../../../reprogram/code-model/load.ts";
import type { CodeModel } from "../../../reprogram/code-model/code-model.ts";
import { transformerFamily } from "../../../reprogram/families/transformer.ts";
import type { Sandbox } from "../../../sandbox/types.ts";
import { textSetting } from "../writer/code-corpus.ts";
import type { Stage } from "../experiment.ts";
import { requireDesign } from "../sources.ts";
import { type CodeModelStage, forgetTraining, trainCodeModel, validationLoss } from "../writer/train-code-model.ts";
import { costOf } from "../work.ts";

export interface NetworkWriter {
  /** The trained model; `stage` is of the trial that needs it first. */
  ready(stage: Stage): Promise<CodeModel>;
  close(): Promise<void>;
}

/** What the journal keeps of its training. */
export interface WriterTraining extends JsonObject {
  readonly losses: number[];
  readonly validationLoss: number;
  readonly parameters: number;
  readonly multiplications: number;
  readonly cpuSeconds: number;
}

export const WRITER = "writer";

export function networkWriter(options: CodeModelStage & { readonly sandbox: Sandbox }): NetworkWriter {
  const { backend, checkpoints } = options;
  let model: Promise<CodeModel> | undefined;
  return {
    async ready(stage) {
      // The model lies on the disk from the first trial on; that trial alone trains it.
      if (stage.trial === 0) await trainWriter(stage, options);
      return (model ??= checkpoints.load(WRITER).then((bytes) => loadCodeModel(bytes, { backend })));
    },
    close: async () => (await model)?.close(),
  };
}

async function trainWriter(stage: Stage, options: CodeModelStage & { readonly sandbox: Sandbox }): Promise<void> {
  const { corpus, settings, sandbox, checkpoints } = options;
  const setting = textSetting(corpus, settings);
  await stage.parts.once<WriterTraining>(WRITER, async () => {
    const design = await requireDesign(transformerFamily.initial, { sandbox, setting, limits: {} }, stage.signal);
    const trained = await trainCodeModel(design, { ...options, stage, label: WRITER, pairs: corpus.pairs });
    try {
      await checkpoints.save(WRITER, await trained.model.save());
      return {
        losses: [...trained.losses],
        validationLoss: await validationLoss(trained.model, corpus),
        ...costOf(design, setting, settings.codeModel.samples),
        parameters: trained.model.parameters,
        cpuSeconds: trained.seconds,
      };
    } finally {
      await trained.model.close();
    }
  });
  await forgetTraining(checkpoints, WRITER);
}

/**
 * The code model as one proposer among others: it is shown the champion's file as it was shown sources in training, and what it writes
 * is the file's new text. Useful on tasks whose programs are of the family that it was trained for.
 */
import { readFile } from "node:fs/promises";

import { StropError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Backend } from "../../nn/index.ts";
import type { Proposal, Proposer, ProposerContext } from "../../propose/types.ts";
import { loadCodeModel } from "../../reprogram/code-model/load.ts";
import { openEditActor } from "./edit-actor.ts";
import { WRITING } from "./presets.ts";
import { describeChange } from "./writer/writing.ts";

export interface ReprogrammerOptions {
  /** A model that `strop reprogram` saved. */
  readonly file: string;
  readonly backend: Backend;
  /** Whether it goes on learning from what its edits earn, by PPO; default false. */
  readonly learn?: boolean;
}

/** What reads a file and writes it anew. */
interface FileWriter {
  fits(text: string): boolean;
  /** `TRIES` texts, and what is to be noted with the first that differs. */
  write(
    context: ProposerContext,
    source: string,
  ): Promise<{ readonly texts: readonly string[]; readonly detail: Json }>;
}

/** Answers in a row that change nothing before it gives up for this trial. */
const TRIES = 4;

/**
 * Loads the model with the first proposal. Rejects then with StropError `reprogram.no-model` when there is no such file,
 * `reprogram.bad-model` for one that is damaged. Null for a program of which no file is short enough to be read.
 */
export function reprogrammer(options: ReprogrammerOptions): Proposer {
  let loaded: Promise<FileWriter> | undefined;
  return {
    name: "reprogrammer",
    async propose(context, signal) {
      const model = await (loaded ??= openWriter(options));
      signal.throwIfAborted();
      const files = context.program(context.champion.candidate);
      const paths = Object.keys(files).filter((path) => model.fits(files[path] as string));
      if (paths.length === 0) return null;
      const path = context.random.pick(paths.sort());
      const source = files[path] as string;
      const { texts, detail } = await model.write(context, source);
      return proposalOf(context, { path, source, text: texts.find((text) => text !== source), detail });
    },
  };
}

async function openWriter({ file, backend, learn = false }: ReprogrammerOptions) {
  const bytes = await readCodeModel(file);
  if (learn) {
    const actor = await openEditActor(bytes, { backend, ...WRITING });
    const write: FileWriter["write"] = (context, source) => actor.write(context, source, TRIES);
    return { fits: actor.fits, write };
  }
  const model = await loadCodeModel(bytes, { backend });
  const write: FileWriter["write"] = async ({ random }, source) => {
    const seed = random.integer(2 ** 31);
    const [texts = []] = await model.generate([source], { n: TRIES, seed, ...WRITING });
    return { texts, detail: null };
  };
  return { fits: model.fits, write };
}

interface Answer {
  readonly path: string;
  readonly source: string;
  readonly text: string | undefined;
  readonly detail: Json;
}

function proposalOf({ champion, trial }: ProposerContext, { path, source, text, detail }: Answer): Proposal {
  const common = { parent: champion.candidate, detail };
  if (text === undefined)
    return { ...common, edit: null, problem: "the code model changed nothing", description: `${path}: unchanged` };
  const edit = { kind: "whole-files", files: [{ path, text }] } as const;
  return { ...common, edit, description: describeChange(source, text, trial) };
}

/** Rejects with StropError `reprogram.no-model` when there is no such file. */
export async function readCodeModel(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new StropError("reprogram.no-model", `expected a code model at ${file}, found none`, {
      hint: "train one with `strop reprogram self`, which leaves checkpoints/model.safetensors in its run's folder",
      cause,
    });
  }
}

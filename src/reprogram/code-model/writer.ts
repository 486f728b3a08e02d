/** Texts in, texts out: gathers what is to be written into rows, and keeps compiled generators while the values stay the same. */
import type { Random } from "../../core/random.ts";
import { createRandom, type Backend } from "../../nn/index.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { rowsOf } from "./batch.ts";
import { createGenerator, type Generator } from "./generator.ts";
import type { SamplingOptions } from "./sampling.ts";
import type { CodeNetwork } from "./structure.ts";

export interface GenerateOptions extends SamplingOptions {
  /** Samples per text; default 1. */
  readonly n?: number;
  /** Each sample has a random stream of its own, named by seed, text's number and sample's number. */
  readonly seed: number | string;
}

export interface Writer {
  /** `n` texts for each text; see `CodeModel.generate`. */
  generate(texts: readonly string[], options: GenerateOptions): Promise<string[][]>;
  /** To be called when the network's values change. */
  forget(): Promise<void>;
}

/** Rows that are written at once. More would gain little speed and cost memory. */
const MOST_ROWS = 32;

export function createWriter(
  network: CodeNetwork,
  tokenizer: Tokenizer,
  { backend, length }: { readonly backend: Backend; readonly length: number },
): Writer {
  const kept = new Map<number, Promise<Generator>>();
  const generatorFor = (rows: number): Promise<Generator> => {
    const generator = kept.get(rows) ?? createGenerator(network, { backend, rows, length });
    kept.set(rows, generator);
    return generator;
  };
  return {
    async generate(texts, { n = 1, seed, ...sampling }) {
      const streams = createRandom(`generate/${seed}`);
      const jobs = texts.flatMap((text, i) => {
        const tokens = tokenizer.encode(text);
        return Array.from({ length: n }, (_, k) => ({ tokens, random: streams.fork(`${i}/${k}`) }));
      });
      const written: string[] = [];
      for (let start = 0; start < jobs.length; start += MOST_ROWS) {
        const chunk = jobs.slice(start, start + MOST_ROWS);
        const generator = await generatorFor(Math.min(MOST_ROWS, jobs.length));
        written.push(...(await writeChunk(generator, chunk)));
      }
      return texts.map((_, i) => written.slice(i * n, (i + 1) * n));

      async function writeChunk(
        generator: Generator,
        chunk: readonly { readonly tokens: readonly number[]; readonly random: Random }[],
      ): Promise<string[]> {
        const source = rowsOf(
          chunk.map(({ tokens }) => tokens),
          { rows: generator.rows, length },
        );
        const randoms = chunk.map(({ random }) => random);
        const rows = await generator.generate(source, randoms, sampling);
        return rows.map((tokens) => tokenizer.decode(tokens));
      }
    },
    async forget() {
      const generators = [...kept.values()];
      kept.clear();
      await Promise.all(generators.map(async (generator) => (await generator).close()));
    },
  };
}

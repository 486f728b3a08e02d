/** Texts in, texts out: gathers what is to be written into rows, and keeps compiled generators while the values stay the same. */
import { createRandom, type Backend } from "../../nn/index.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { rowsOf } from "./batch.ts";
import { openDecoding, type Decoding } from "./decoding.ts";
import { writeRows } from "./write-rows.ts";
import type { Draw, SamplingOptions } from "./sampling.ts";
import type { CodeNetwork } from "./structure.ts";

export interface GenerateOptions extends SamplingOptions {
  /** Samples per text; default 1. */
  readonly n?: number;
  /** Each sample has a random stream of its own, named by seed, text's number and sample's number. */
  readonly seed: number | string;
}

export interface Written {
  readonly text: string;
  /** How it came about, symbol by symbol. */
  readonly draws: readonly Draw[];
}

export interface Writer {
  /** `n` texts for each text; see `CodeModel.generate`. */
  write(texts: readonly string[], options: GenerateOptions): Promise<Written[][]>;
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
  const kept = new Map<number, Promise<Decoding>>();
  const decodingFor = (rows: number): Promise<Decoding> => {
    const decoding = kept.get(rows) ?? openDecoding(network, { backend, rows, length });
    kept.set(rows, decoding);
    return decoding;
  };
  return {
    async write(texts, { n = 1, seed, ...sampling }) {
      const streams = createRandom(`generate/${seed}`);
      const jobs = texts.flatMap((text, i) => {
        const tokens = tokenizer.encode(text);
        return Array.from({ length: n }, (_, k) => ({ tokens, random: streams.fork(`${i}/${k}`) }));
      });
      const written: Written[] = [];
      for (let start = 0; start < jobs.length; start += MOST_ROWS) {
        const chunk = jobs.slice(start, start + MOST_ROWS);
        const decoding = await decodingFor(Math.min(MOST_ROWS, jobs.length));
        const source = rowsOf(
          chunk.map(({ tokens }) => tokens),
          decoding,
        );
        const rows = await writeRows(decoding, source, { ...sampling, randoms: chunk.map(({ random }) => random) });
        written.push(...rows.map((draws) => ({ text: tokenizer.decode(draws.map(({ token }) => token)), draws })));
      }
      return texts.map((_, i) => written.slice(i * n, (i + 1) * n));
    },
    async forget() {
      const decodings = [...kept.values()];
      kept.clear();
      await Promise.all(decodings.map(async (decoding) => (await decoding).close()));
    },
  };
}

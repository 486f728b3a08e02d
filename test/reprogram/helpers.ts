/** What the tests of this room share: a sandbox, settings, and a way to run many trusted sources at once. */
import { fileURLToPath } from "node:url";

import { afterAll } from "vitest";

import { checkDesign, type Checked, type Design } from "../../src/reprogram/design/design.ts";
import type { ImageSetting } from "../../src/reprogram/design/network-plan.ts";
import type { TextSetting } from "../../src/reprogram/design/limits.ts";
import { runSource, type RunSourceOptions } from "../../src/reprogram/source/run-source.ts";
import { bundleModule } from "../../src/sandbox/deno/bundle.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";

export const sandbox = await openSandbox({ tier: "deno", spares: 2 });
afterAll(() => sandbox.close());

export const text: TextSetting = { kind: "transformer", width: 64, vocabulary: 256, length: 64 };
export const digits: ImageSetting = { kind: "network", channels: 1, height: 28, width: 28, classes: 10 };
export const photos: ImageSetting = { kind: "network", channels: 3, height: 32, width: 32, classes: 10 };

export const run = (source: string, options: Partial<RunSourceOptions> = {}): Promise<Checked<Design>> =>
  runSource(source, { sandbox, setting: text, signal: new AbortController().signal, ...options });

const vocabulary = fileURLToPath(import.meta.resolve("../../src/reprogram/design/vocabulary.ts"));

/** Runs sources that the project itself wrote, in one process: hundreds in a second. */
export async function runTogether(sources: readonly string[]): Promise<Checked<Design>[]> {
  const files: Record<string, string> = { "entry.ts": entryOf(sources.length) };
  for (const [i, source] of sources.entries()) files[`source${i}.ts`] = source;
  const packages = { "strop/design": vocabulary };
  const { source } = await bundleModule({ entry: "entry.ts", files, packages });
  const limits = { wallSeconds: 30, memoryBytes: 2 ** 30, processes: 32, outputBytes: 2 ** 16, diskBytes: 2 ** 26 };
  const job = { source, input: null, blobs: {}, functions: {}, limits };
  const { value, reason } = await sandbox.module(job).result;
  if (!Array.isArray(value)) throw new Error(reason);
  return value.map(checkDesign);
}

const design = "const design = (source) => ({ model: source.model, train: source.train?.() });\n";

function entryOf(count: number): string {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const imports = numbers.map((i) => `import * as m${i} from "./source${i}.ts";`);
  return `${imports.join("\n")}\n${design}export default () => [${numbers.map((i) => `design(m${i})`).join(", ")}];\n`;
}

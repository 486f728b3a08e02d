/**
 * What a program leaves behind for the evaluator. Bytes from a module never touch the disk; files from a command are
 * moved out of its folder one by one, regular files only, so that a planted link cannot make the evaluator read its
 * own secrets as the program's answer.
 */
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { type MadeText, NO_FILE } from "../judge/read-metric.ts";
import { collectOutputs, readMadeFile } from "../workspace/outputs.ts";

export type Outputs =
  | { readonly kind: "bytes"; readonly files: ReadonlyMap<string, Uint8Array> }
  | {
      readonly kind: "folder";
      readonly folder: string;
      readonly names: readonly string[];
      /** One sentence for each entry that stayed behind. */
      readonly ignored: readonly string[];
    };

const MAX_FILES = 256;

/** Moves the regular files of `from` into the new folder `to`; everything else stays behind and is named in `ignored`. */
export async function sealOutputs(from: string, to: string, maxBytes: number): Promise<Outputs> {
  const found = await collectOutputs(from, { maxFiles: MAX_FILES, maxBytes });
  await makeFolder(to);
  for (const file of found.files) {
    const target = join(to, file.name);
    await makeFolder(dirname(target));
    // Out of a folder that the program has locked nothing could be moved.
    await chmod(dirname(file.path), 0o700);
    await rename(file.path, target);
  }
  return { kind: "folder", folder: to, names: found.files.map((file) => file.name), ignored: found.ignored };
}

/** What an evaluator did not find because it stayed behind, as the end of a sentence; "" for nothing. */
export const leftBehind = (outputs: Outputs): string =>
  outputs.kind === "bytes" || outputs.ignored.length === 0
    ? ""
    : ` (not handed over to it: ${outputs.ignored.slice(0, 3).join("; ")})`;

/** The outputs as bytes by name, for an evaluator that is a module. */
export async function outputBytes(outputs: Outputs): Promise<Record<string, Uint8Array>> {
  if (outputs.kind === "bytes") return Object.fromEntries(outputs.files);
  const entries = outputs.names.map(async (name) => [name, await readFile(join(outputs.folder, name))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** A text that a program left, of at most `maxBytes`, or what was found instead. */
export async function outputText(outputs: Outputs, name: string, maxBytes: number): Promise<MadeText> {
  const bytes =
    outputs.kind === "bytes"
      ? outputs.files.get(name)
      : outputs.names.includes(name)
        ? await readMadeFile(join(outputs.folder, name), maxBytes)
        : undefined;
  if (bytes === undefined) return NO_FILE;
  if (typeof bytes === "string") return { found: bytes };
  if (bytes.length > maxBytes) return { found: `larger than ${maxBytes} bytes` };
  return { text: new TextDecoder().decode(bytes) };
}

/** The outputs as a folder, for an evaluator that is a command. */
export async function outputFolder(outputs: Outputs, scratch: string): Promise<string> {
  if (outputs.kind === "folder") return outputs.folder;
  await makeFolder(scratch);
  for (const [name, bytes] of outputs.files) {
    await writeFile(join(scratch, name), bytes);
    await chmod(join(scratch, name), 0o644);
  }
  return scratch;
}

/** Open to everybody, whatever the umask: where strop is root, an evaluator reads as nobody. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755);
}

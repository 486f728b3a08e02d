/** Files that are there whole or not at all, also after a kill. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes the folder if needed. A reader finds the old content or the new one. */
export async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.partial`;
  await writeFile(beside, content, { flush: true });
  await rename(beside, file);
}

/** Deletes a folder that a program has written to. It may have taken away its own permissions to make that fail. */
import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

export async function removeHostileFolder(folder: string): Promise<void> {
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    await remove();
  } catch (error) {
    if (!["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await openFolders(folder);
    await remove();
  }
}

/** Makes every folder below readable and writable for its owner; links are not followed. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((each) => each.isDirectory())) await openFolders(join(folder, entry.name));
}

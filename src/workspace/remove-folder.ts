/**
 * Deletes a folder that a program has written to: it may have locked folders, nested them deeper than a path can be long, and used
 * names that are no text.
 */
import { randomUUID } from "node:crypto";
import { chmod, readdir, rename, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";

export async function removeHostileFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // What is still in the way then is told.
    await removeByHand(folder);
  }
}

/** Every folder below moves to the top before it is emptied, so that no path is long. Links are not followed. */
async function removeByHand(folder: string): Promise<void> {
  const first = Buffer.from(folder);
  const pending = [first];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    await chmod(current, 0o700);
    for (const entry of await readdir(current, { withFileTypes: true, encoding: "buffer" })) {
      const path = Buffer.concat([current, Buffer.from("/"), entry.name]);
      if (!entry.isDirectory()) {
        await unlink(path);
        continue;
      }
      const top = Buffer.from(join(folder, randomUUID()));
      await chmod(path, 0o700);
      await rename(path, top);
      pending.push(top);
    }
    if (current !== first) await rmdir(current);
  }
  await rmdir(folder);
}

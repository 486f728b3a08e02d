/** The user's home, also for a user whom the machine does not know: in containers that is common, and no reason to stop. */

/** What `homedir` of node:os says: `$HOME`, else the machine's entry; a folder that does not exist where there is neither. */
export function homeFolder(homedir: () => string): string {
  try {
    return homedir();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ERR_SYSTEM_ERROR") return "/nonexistent";
    throw thrown;
  }
}

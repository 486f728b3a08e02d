/** The user's home, also for a user whom the machine does not know: in containers that is common, and no reason to stop. */
import { homedir } from "node:os";

/** `$HOME`, else what the machine says; a folder that does not exist where it says nothing. */
export function homeFolder(): string {
  try {
    return homedir();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ERR_SYSTEM_ERROR") return "/nonexistent";
    throw thrown;
  }
}

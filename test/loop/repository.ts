/** A git repository in a task's folder, with all its files in a first commit. */
import { execFileSync } from "node:child_process";

/** Makes it; what comes back runs git there, and answers what that printed. */
export function repositoryIn(folder: string): (...args: string[]) => string {
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: folder,
      encoding: "utf8",
    }).trim();
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "start");
  return git;
}

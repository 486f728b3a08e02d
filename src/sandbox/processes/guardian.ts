/**
 * Ends what strop leaves behind when strop itself is killed: a tiny shell that holds a pipe from strop, and kills the
 * listed process groups when the pipe closes. Needed where the kernel does not do it (bubblewrap's sandboxes die with
 * their parent); works on every Unix.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

export interface Guardian {
  /** Guards a process group from here on. */
  add(group: number): void;
  remove(group: number): void;
  /** Ends the guardian; groups that are still listed are killed. */
  close(): void;
}

const SCRIPT = `
while read -r sign group; do
  if [ "$sign" = + ]; then set -- "$@" "$group"; continue; fi
  rest=
  for each; do [ "$each" = "$group" ] || rest="$rest $each"; done
  set -- $rest
done
for each; do kill -s KILL -- "-$each" 2>/dev/null; done
`;

/** Nothing is started before the first group is added. */
export function createGuardian(): Guardian {
  let shell: ChildProcess | undefined;
  const start = () => {
    // Its own session, so that no signal meant for strop's terminal or group reaches it.
    const started = spawn("/bin/sh", ["-c", SCRIPT], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      env: {},
      cwd: "/",
    });
    // A guardian that is gone protects nothing but breaks nothing: reapOrphans is the second line.
    started.on("error", () => {});
    started.stdin?.on("error", () => {});
    started.unref();
    (started.stdin as Socket | null)?.unref();
    return started;
  };
  const tell = (line: string) => {
    shell ??= start();
    shell.stdin?.write(line);
  };
  return {
    add: (group) => tell(`+ ${group}\n`),
    remove: (group) => tell(`- ${group}\n`),
    close() {
      shell?.stdin?.end();
      shell = undefined;
    },
  };
}

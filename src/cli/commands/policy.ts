/** `strop policy show|export|import`: what the edit policy has learned in a project, to look at, take along and bring in. */
import { join, resolve } from "node:path";

import { sha256 } from "../../core/candidate.ts";
import { StropError } from "../../core/errors.ts";
import { refuseInEnvironment } from "../../loop/folder/beside-the-run.ts";
import { claimFolder } from "../../loop/folder/claim-folder.ts";
import { learnedPolicy, type PolicyFile, policyFile, readPolicy } from "../../loop/folder/project-policy.ts";
import { writeWhole } from "../../loop/folder/write-whole.ts";
import { formatBytes } from "../../report/format.ts";
import { EXIT } from "../exit-code.ts";
import { place } from "../place.ts";
import { dim, oneLine } from "../screen/style.ts";

export interface PolicyCommandOptions {
  readonly folder: string;
  readonly json?: boolean;
}

/** Throws StropError `cli.policy`, `cli.in-environment`, `policy.none`, `policy.unreadable`, `policy.weights`, `nn.bad-checkpoint`, `journal.locked`. */
export async function policyCommand(
  action: string,
  file: string | undefined,
  options: PolicyCommandOptions,
): Promise<number> {
  const task = resolve(options.folder);
  const stropFolder = join(task, ".strop");
  const own = policyFile(stropFolder);
  if (action === "show" && file !== undefined) return print(file, await readPolicy(file), options);
  if (action === "show") return print(own, await learnedPolicy(stropFolder), options);
  if (file === undefined || (action !== "export" && action !== "import")) throw misused(action, file);
  if (action === "export") {
    const found = await learnedPolicy(stropFolder);
    refuseInEnvironment(task, "policy export", file);
    await writeWhole(resolve(file), found.bytes);
    return print(file, found, options);
  }
  const found = await readPolicy(file);
  const claimed = await claimFolder(task);
  try {
    await writeWhole(own, found.bytes);
  } finally {
    await claimed.release();
  }
  return print(own, found, options);
}

const misused = (action: string, file: string | undefined): StropError =>
  new StropError(
    "cli.policy",
    `expected show, export FILE or import FILE, found ${action} ${file ?? "without a file"}`,
    {
      hint: "strop policy export FILE takes along what this project has learned; import FILE brings it in.",
    },
  );

function print(file: string, { bytes, weights, metadata }: PolicyFile, { json }: PolicyCommandOptions): number {
  const parameters = Object.values(weights).reduce((sum, { length }) => sum + length, 0);
  const hash = sha256(bytes).slice(0, 16);
  const path = place(resolve(file));
  const lines = [
    path,
    dim(`${parameters} parameters, ${formatBytes(bytes.length)}, sha256 ${hash}…`),
    ...Object.entries(metadata).map(([name, value]) => dim(`${oneLine(name)}: ${oneLine(value)}`)),
  ];
  const text =
    json === true ? JSON.stringify({ file: path, parameters, bytes: bytes.length, hash, metadata }) : lines.join("\n");
  process.stdout.write(`${text}\n`);
  return EXIT.done;
}

/**
 * Everything that must be in place before strop's own commands run from a clone: dependencies, and a Node that runs
 * TypeScript. Plain JavaScript without dependencies, because it runs first and on any Node from 18.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [22, 18];
/** Exit code of a failing harness, as in src/cli. */
const HARNESS_FAILED = 3;

/** Installs what is missing and returns the path of a Node that is new enough; ends the process kindly if it cannot. */
export async function setUp(folder = root) {
  if (isStale(folder)) await holdingLock(folder, () => isStale(folder) && install(folder));
  const node = findNode(folder) ?? (await holdingLock(folder, () => findNode(folder) ?? fetchNode(folder)));
  if (node !== undefined) return node;
  return giveUp(
    `strop needs Node ${OLDEST_NODE.join(".")} or newer, and this is ${process.versions.node}.`,
    "Install a current Node from nodejs.org, or run `npm ci` with install scripts allowed for the package `node`.",
  );
}

/**
 * Whether dependencies are missing, or older than the lock file that lists them. Those of a folder that several checkouts
 * link to are as old as they are: one checkout's lock file says nothing of another's.
 */
export function isStale(folder) {
  const installed = modified(join(folder, "node_modules", ".package-lock.json"));
  if (isLinked(folder)) return installed === undefined;
  const wanted = modified(join(folder, "package-lock.json")) ?? modified(join(folder, "package.json"));
  return installed === undefined || (wanted !== undefined && installed < wanted);
}

/** Whether a version such as `v24.1.0` runs TypeScript without flags. */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

const isLinked = (folder) =>
  lstatSync(join(folder, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink() === true;

const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

function install(folder) {
  if (isLinked(folder))
    giveUp(
      "expected dependencies where the symbolic link `node_modules` leads, found none.",
      "Run `npm ci` in the checkout that it leads to, or remove the link: to install here would empty that folder for all who share it.",
    );
  const command = existsSync(join(folder, "package-lock.json")) ? "ci" : "install";
  console.error(`strop: installing its dependencies (npm ${command}); this happens once and takes about a minute …`);
  // Development dependencies hold the Node that runs strop; the engines field is met by that Node, not by this one.
  const args = [command, "--include=dev", "--engine-strict=false", "--no-audit", "--no-fund", "--loglevel=error"];
  const status = npm(args, folder);
  if (status === 0) {
    console.error("strop: dependencies are installed.");
    return;
  }
  giveUp(
    `npm ${command} failed (exit code ${status}); its own message is above.`,
    "If this machine is offline, connect it for the first start; later starts need no network. Else run `npm ci` to see all of it.",
  );
}

function npm(args, folder) {
  const own = process.env.npm_execpath;
  const options = { cwd: folder, stdio: ["ignore", 2, 2] };
  const result =
    own !== undefined && /\.[cm]?js$/.test(own)
      ? spawnSync(process.execPath, [own, ...args], options)
      : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  return result.error?.message ?? result.status ?? result.signal;
}

/** The Node among the dependencies, else this one; undefined if neither will do. */
function findNode(folder) {
  const bundled = join(folder, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(bundled)) {
    // It is made for glibc: on a machine with another libc it exists but does not start.
    const { status, stdout } = spawnSync(bundled, ["--version"], { encoding: "utf8" });
    if (status === 0 && isNewEnough(stdout.trim())) return bundled;
  }
  return isNewEnough(process.versions.node) ? process.execPath : undefined;
}

/** Does what the package's install script would have done, where npm was told to run none. */
function fetchNode(folder) {
  const home = join(folder, "node_modules", "node");
  const script = join(home, "installArchSpecificPackage.js");
  if (!existsSync(script)) return undefined;
  console.error(`strop: fetching a newer Node for itself, because this one is ${process.versions.node} …`);
  spawnSync(process.execPath, [script], { cwd: home, stdio: ["ignore", 2, 2] });
  return findNode(folder);
}

/** Runs `work` while no other process sets up the same checkout; waits for one that does. */
async function holdingLock(folder, work) {
  const lock = join(folder, ".strop", "setup.lock");
  mkdirSync(dirname(lock), { recursive: true });
  for (let told = false; !claim(lock); told = true) {
    if (!told) console.error("strop: waiting for another strop process to finish its set-up …");
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  try {
    return work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

function claim(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  if (!isHeld(lock)) rmSync(lock, { force: true });
  return false;
}

/** Whether the lock's owner is alive; a lock that is just being written has none yet, and counts as held. */
function isHeld(lock) {
  try {
    const owner = readFileSync(lock, "utf8");
    if (owner === "") return Date.now() - (modified(lock) ?? 0) < 5_000;
    process.kill(Number(owner), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function giveUp(problem, advice) {
  console.error(`strop: ${problem}\n       ${advice}`);
  process.exit(HARNESS_FAILED);
}

/** Signals within this time of each other are one wish: a terminal and npm both deliver the same Ctrl-C. */
const SAME_WISH_MS = 400;

/**
 * Runs a program in the foreground in this process's place: same terminal, its exit code, its death by signal. Ctrl-C
 * ends the program, in its own time, and never this process before it.
 */
export function runInPlace(command, args, options = {}) {
  const child = spawn(command, args, { stdio: "inherit", ...options });
  let lastAt = Number.NEGATIVE_INFINITY;
  const forward = (signal) => {
    const now = performance.now();
    const isRepeated = now - lastAt < SAME_WISH_MS;
    lastAt = now;
    // A terminal delivers Ctrl-C to the whole foreground group, so the child has it already.
    const isDelivered = signal === "SIGINT" && (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
    if (!isRepeated && !isDelivered) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  child.on("error", (error) =>
    giveUp(`could not start ${command}: ${error.message}`, "Check that the file may be executed."),
  );
  child.on("exit", (code, signal) => {
    for (const name of signals) process.removeListener(name, forward);
    if (signal === null) process.exit(code);
    process.kill(process.pid, signal);
  });
}

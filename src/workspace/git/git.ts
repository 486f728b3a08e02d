/**
 * Champions as commits on a branch of their own, by plumbing alone: the user's checkout, index and HEAD are never touched.
 * Committing a champion again, after a crash, finds the commit that is there.
 */
import { createHash } from "node:crypto";
import { lstat, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { candidateId } from "../../core/candidate.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import { StropError } from "../../core/errors.ts";
import { runGit } from "./git-command.ts";

export interface ChampionCommit {
  /** Without `refs/heads/`: `strop/run-001`. Made at HEAD if it does not exist. */
  readonly branch: string;
  readonly files: ProgramFiles;
  readonly message: string;
  /** Trial of the champion that turned out to fail, where an earlier one is champion again: a commit of its own, on top. */
  readonly insteadOf?: number;
  /** Tracked files for which this holds and that `files` lacks are deleted. */
  readonly isProgram?: (path: string) => boolean;
}

export interface GitBranch {
  /** Worth telling the user, or "": no commit yet, detached HEAD, a repository that git refuses. */
  readonly note: string;
  branchExists(branch: string): Promise<boolean>;
  /**
   * The commit's id. Throws StropError `git.failed`, `git.checked-out` when the branch is checked out somewhere, since
   * moving it would make that checkout look edited, or `git.link` where git would write outside of the repository.
   */
  commitChampion(champion: ChampionCommit): Promise<string>;
  /** Those of `paths` (relative to the task's folder) whose text is not the one in HEAD. */
  dirtyPaths(paths: readonly string[]): Promise<readonly string[]>;
  isDirty(paths: readonly string[]): Promise<boolean>;
}

const IDENTITY = { name: "strop", email: "strop@localhost" };
const TRAILER = "strop-candidate";

/**
 * Null where there is no git, no repository, or one without a working tree around `folder`. Where git refuses to work
 * (a repository of another user), committing rejects with what git said. `temporary`: where an index may lie while a commit
 * is made.
 */
export async function openGit(folder: string, temporary = tmpdir()): Promise<GitBranch | null> {
  const [inside, refusal] = await isInside(folder);
  if (refusal !== undefined) return refusing(refusal);
  if (!inside) return null;
  const prefix = (await runGit(folder, ["rev-parse", "--show-prefix"])).replace(/\n$/, "");
  const dirtyPaths = (paths: readonly string[]) => pathsUnlikeHead(folder, paths);
  return {
    note: await noteOf(folder),
    branchExists: async (branch) => (await commitOf(folder, `refs/heads/${branch}`)) !== undefined,
    commitChampion: (champion) => commitChampion(folder, { prefix, temporary }, champion),
    dirtyPaths,
    isDirty: async (paths) => (await dirtyPaths(paths)).length > 0,
  };
}

/** Whether the folder is in a working tree, and the error if git found a repository and refuses it. */
async function isInside(folder: string): Promise<[boolean, StropError?]> {
  try {
    return [(await runGit(folder, ["rev-parse", "--is-inside-work-tree"])).trim() === "true"];
  } catch (cause) {
    if (!(cause instanceof StropError)) throw cause;
    return /not a git repository|ENOENT/.test(cause.message) ? [false] : [false, cause];
  }
}

/** Nothing is known of such a repository, so every path counts as dirty. */
const refusing = (refusal: StropError): GitBranch => ({
  note: refusal.message,
  branchExists: () => Promise.resolve(false),
  commitChampion: () => Promise.reject(refusal),
  dirtyPaths: (paths) => Promise.resolve(paths),
  isDirty: (paths) => Promise.resolve(paths.length > 0),
});

async function noteOf(folder: string): Promise<string> {
  if ((await commitOf(folder, "HEAD")) === undefined)
    return "the repository has no commit yet: champions start a branch without history";
  const name = await runGit(folder, ["symbolic-ref", "-q", "HEAD"], { mayFail: true });
  return name === undefined ? "HEAD is detached: champions branch off the commit that is checked out" : "";
}

async function commitChampion(folder: string, place: Place, champion: ChampionCommit): Promise<string> {
  const ref = `refs/heads/${champion.branch}`;
  const own = `${TRAILER}: ${candidateId(champion.files)}`;
  const trailer = champion.insteadOf === undefined ? own : `${own}, instead of trial ${champion.insteadOf}`;
  const tip = await commitOf(folder, ref);
  const there = tip === undefined ? undefined : await findCommit(folder, tip, trailer);
  if (there !== undefined) return there;
  const base = tip ?? (await commitOf(folder, "HEAD"));
  const tree = await writeTree(folder, { ...place, champion, base });
  const message = `${champion.message.trim().slice(0, 10_000)}\n${/\n[\w-]+: [^\n]*$/.test(champion.message.trim()) ? "" : "\n"}${trailer}\n`;
  const parent = base === undefined ? [] : ["-p", base];
  const commit = (
    await runGit(folder, ["commit-tree", tree, ...parent, "-F", "-"], { input: message, env: await identity(folder) })
  ).trim();
  await refuseCheckedOut(folder, champion.branch);
  await refuseForeignLog(folder, ref);
  const before = tip ?? "0".repeat(commit.length);
  await runGit(folder, ["update-ref", "--no-deref", "-m", "strop: new champion", ref, commit, before]);
  return commit;
}

async function refuseCheckedOut(folder: string, branch: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const worktree = (await runGit(folder, ["for-each-ref", "--format=%(worktreepath)", ref])).trim();
  if (worktree !== "") throw checkedOut(branch, worktree);
  // A branch without a commit is listed nowhere.
  const head = await runGit(folder, ["symbolic-ref", "-q", "HEAD"], { mayFail: true });
  if (head?.trim() === ref) throw checkedOut(branch, folder);
}

/**
 * Git adds a line to a log that is there, wherever a link in its place leads: in a repository that came from others that
 * may be a file of the user's which a shell reads. Strop's branches get no log otherwise (git-command.ts).
 */
async function refuseForeignLog(folder: string, ref: string): Promise<void> {
  const log = resolve(folder, (await runGit(folder, ["rev-parse", "--git-path", `logs/${ref}`])).replace(/\n$/, ""));
  const info = await lstat(log).catch(() => undefined);
  if (info === undefined) return;
  const common = resolve(folder, (await runGit(folder, ["rev-parse", "--git-common-dir"])).replace(/\n$/, ""));
  const isOwn =
    info.isFile() && info.nlink === 1 && (await realpath(log)) === join(await realpath(common), "logs", ref);
  if (isOwn) return;
  throw new StropError("git.link", `expected the branch's log to be a file of the repository, found a link at ${log}`, {
    hint: "git would write to what it leads to; delete it, and if you did not make it, look at what else came with the repository",
  });
}

/** The newest commit of the branch, beyond HEAD, that holds this candidate. */
async function findCommit(folder: string, tip: string, trailer: string): Promise<string | undefined> {
  const head = await commitOf(folder, "HEAD");
  const beyond = head === undefined || head === tip ? [] : [`^${head}`];
  const found = await runGit(folder, ["rev-list", "-1", "--fixed-strings", `--grep=${trailer}`, tip, ...beyond]);
  return found.trim() || undefined;
}

interface Place {
  /** The task's folder, from the top of the repository. */
  readonly prefix: string;
  readonly temporary: string;
}

interface TreeOptions extends Place {
  readonly champion: ChampionCommit;
  readonly base: string | undefined;
}

/** Builds the tree in an index of its own, beginning with that of `base`. */
async function writeTree(folder: string, { prefix, temporary, champion, base }: TreeOptions): Promise<string> {
  const scratch = await mkdtemp(join(temporary, "strop-git-"));
  const env = { GIT_INDEX_FILE: join(scratch, "index") };
  try {
    if (base !== undefined) await runGit(folder, ["read-tree", base], { env });
    const tracked = base === undefined ? new Map<string, Entry>() : await entriesOf(folder, base);
    const lines: string[] = [];
    for (const [path, text] of Object.entries(champion.files)) {
      const entry = tracked.get(path);
      const object = await writeBlob(folder, text, entry);
      lines.push(`${entry?.mode === "100755" ? entry.mode : "100644"} ${object}\t${prefix}${path}`);
    }
    for (const [path, entry] of tracked) {
      const isGone = champion.files[path] === undefined && champion.isProgram?.(path) === true;
      if (isGone) lines.push(`0 ${"0".repeat(entry.object.length)}\t${prefix}${path}`);
    }
    await runGit(folder, ["update-index", "-z", "--index-info"], {
      env,
      input: lines.map((line) => `${line}\0`).join(""),
    });
    return (await runGit(folder, ["write-tree"], { env })).trim();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Entry {
  readonly mode: string;
  readonly object: string;
}

/** Files below the task's folder in a commit, by path relative to it. */
async function entriesOf(folder: string, commit: string): Promise<Map<string, Entry>> {
  const listing = await runGit(folder, ["ls-tree", "-r", "-z", commit]);
  const rows = listing.split("\0").filter((row) => row !== "");
  return new Map(
    rows.map((row) => {
      const tab = row.indexOf("\t");
      const [mode = "", , object = ""] = row.slice(0, tab).split(" ");
      return [row.slice(tab + 1), { mode, object }];
    }),
  );
}

/** Where the repository keeps a file with LF (`text=auto`), a CRLF text goes in with LF, as `git add` would do it. */
async function writeBlob(folder: string, text: string, before: Entry | undefined): Promise<string> {
  const old =
    before === undefined || !text.includes("\r\n") ? "\r" : await runGit(folder, ["cat-file", "blob", before.object]);
  const input = old.includes("\r") ? text : text.replaceAll("\r\n", "\n");
  return (await runGit(folder, ["hash-object", "-w", "--stdin", "--no-filters"], { input })).trim();
}

/** Compares contents, since asking `git status` would run the repository's filters. */
async function pathsUnlikeHead(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const head = await commitOf(folder, "HEAD");
  const tracked = head === undefined ? new Map<string, Entry>() : await entriesOf(folder, head);
  const dirty = await Promise.all(
    paths.map(async (path) => {
      const entry = tracked.get(path);
      const content = await readFile(join(folder, path)).catch(() => undefined);
      if (entry === undefined || content === undefined) return entry !== undefined || content !== undefined;
      const withLf = Buffer.from(content.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
      return (
        blobId(content, entry.object.length) !== entry.object && blobId(withLf, entry.object.length) !== entry.object
      );
    }),
  );
  return paths.filter((_, i) => dirty[i]);
}

const blobId = (content: Buffer, digits: number): string =>
  createHash(digits === 64 ? "sha256" : "sha1")
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest("hex");

async function commitOf(folder: string, name: string): Promise<string | undefined> {
  const id = await runGit(folder, ["rev-parse", "-q", "--verify", `${name}^{commit}`], { mayFail: true });
  return id?.trim();
}

/** The user's own name where git knows one. */
async function identity(folder: string): Promise<Record<string, string>> {
  const setting = async (key: string) => (await runGit(folder, ["config", "--get", key], { mayFail: true }))?.trim();
  const name = (await setting("user.name")) || IDENTITY.name;
  const email = (await setting("user.email")) || IDENTITY.email;
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

const checkedOut = (branch: string, where: string): StropError =>
  new StropError("git.checked-out", `expected nobody to work on ${branch}, found it checked out in ${where}`, {
    hint: "check out another branch; strop commits the champion again when it continues",
  });

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it, vi } from "vitest";

import { type GitBranch, openGit } from "../../../src/workspace/git/git.ts";
import { git, put, rejection, scratch, textOf } from "../scratch.ts";

const BRANCH = "strop/run-001";

function repository(files: Record<string, string>, folder = scratch()): string {
  put(folder, files);
  git(folder, "init", "-q", ".");
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "first");
  return folder;
}

async function opened(folder: string, temporary?: string): Promise<GitBranch> {
  const branch = await openGit(folder, temporary);
  if (branch === null) throw new Error("expected a repository, found none");
  return branch;
}

const champion = (files: Record<string, string>, message = "better") => ({ branch: BRANCH, files, message });

describe("a champion's commit", () => {
  it("goes onto a branch of its own and leaves checkout, index and HEAD as they are", async () => {
    const folder = repository({ "train.py": "one\n", "data.txt": "d\n", "ä ö.py": "x\n" });
    put(folder, { "train.py": "the user's own change\n", untracked: "u", staged: "s" });
    git(folder, "add", "staged");
    const [before, head] = [git(folder, "status", "--porcelain"), git(folder, "rev-parse", "HEAD")];
    const index = readFileSync(join(folder, ".git/index"));
    const branch = await opened(folder);
    expect(await branch.branchExists(BRANCH)).toBe(false);
    const first = await branch.commitChampion(
      champion({ "train.py": "two\n", "ä ö.py": "y\n" }, "learningRate 0.1 → 0.2\n\nscore: 1"),
    );
    const second = await branch.commitChampion(
      champion({ "train.py": "three\n", "ä ö.py": "y\n", "new/file.py": "n\n" }),
    );
    expect(git(folder, "rev-parse", BRANCH, `${BRANCH}~1`, `${BRANCH}~2`).split("\n")).toEqual([second, first, head]);
    expect(git(folder, "show", `${BRANCH}:train.py`)).toBe("three");
    expect(
      git(folder, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", BRANCH).split("\n").sort(),
    ).toEqual(["data.txt", "new/file.py", "train.py", "ä ö.py"]);
    expect(git(folder, "log", "-1", "--format=%s", first)).toBe("learningRate 0.1 → 0.2");
    expect(git(folder, "log", "-1", "--format=%(trailers:key=strop-candidate,valueonly)", first)).toMatch(
      /^[0-9a-f]{16}$/,
    );
    expect([git(folder, "status", "--porcelain"), git(folder, "rev-parse", "HEAD")]).toEqual([before, head]);
    expect(readFileSync(join(folder, ".git/index")).equals(index)).toBe(true);
    expect(git(folder, "fsck", "--strict")).not.toMatch(/error/);
    expect(await branch.branchExists(BRANCH)).toBe(true);
  });

  it("needs the folder for temporary files that it is given, no other, and leaves nothing there", async () => {
    const [temporary, folder] = [scratch(), repository({ "train.py": "one\n" })];
    vi.stubEnv("TMPDIR", join(folder, "not-there"));
    try {
      const branch = await opened(folder, temporary);
      const commit = branch.commitChampion(champion({ "train.py": "two\n" }));
      for (let waited = 0; readdirSync(temporary).length === 0 && waited < 30_000; waited += 1) await sleep(1);
      expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^strop-git-/)]);
      expect(await commit).toMatch(/^[0-9a-f]{40}$/);
      expect(readdirSync(temporary)).toEqual([]);
      await expect((await opened(folder)).commitChampion(champion({ "train.py": "three\n" }))).rejects.toThrow(
        "ENOENT",
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("is not made twice, neither at once nor after the next one", async () => {
    const branch = await opened(repository({ "train.py": "one\n" }));
    const first = await branch.commitChampion(champion({ "train.py": "two\n" }));
    expect(await branch.commitChampion(champion({ "train.py": "two\n" }))).toBe(first);
    const second = await branch.commitChampion(champion({ "train.py": "three\n" }));
    expect(await branch.commitChampion(champion({ "train.py": "two\n" }))).toBe(first);
    expect(await branch.commitChampion(champion({ "train.py": "three\n" }))).toBe(second);
  });

  it("works for a task in a folder inside the repository, keeps modes, and deletes what the program lost", async () => {
    const root = scratch({
      "sub/ta sk/train.py": "one\n",
      "sub/ta sk/old.py": "o\n",
      "sub/ta sk/data": "d",
      "top.py": "t",
    });
    chmodSync(join(root, "sub/ta sk/train.py"), 0o755);
    repository({}, root);
    const branch = await opened(join(root, "sub/ta sk"));
    await branch.commitChampion({ ...champion({ "train.py": "two\n" }), isProgram: (path) => path.endsWith(".py") });
    expect(
      git(root, "ls-tree", "-r", BRANCH)
        .split("\n")
        .map((row) => row.replace(/ blob \w+\t/, " ")),
    ).toEqual(["100644 sub/ta sk/data", "100755 sub/ta sk/train.py", "100644 top.py"]);
  });

  it("runs no hook, no filter, no monitor and no signing program of the repository", async () => {
    const folder = repository({ "train.py": "one\n", ".gitattributes": "*.py filter=evil diff=evil\n" });
    const trap = `touch '${join(folder, "trapped")}'; cat`;
    for (const hook of ["reference-transaction", "pre-commit", "post-commit", "post-index-change", "post-update"]) {
      put(folder, { [`.git/hooks/${hook}`]: `#!/bin/sh\n${trap} >/dev/null\n` });
      chmodSync(join(folder, ".git/hooks", hook), 0o755);
    }
    put(folder, { "trap.sh": `#!/bin/sh\n${trap}\n` });
    chmodSync(join(folder, "trap.sh"), 0o755);
    const program = join(folder, "trap.sh").replaceAll(" ", "\\ ");
    for (const [key, value] of [
      ["filter.evil.clean", program],
      ["core.fsmonitor", program],
      ["gpg.program", program],
      ["commit.gpgSign", "true"],
      ["diff.evil.command", program],
    ]) {
      git(folder, "config", key!, value!);
    }
    const branch = await opened(folder);
    put(folder, { "train.py": "changed\n" });
    await branch.commitChampion(champion({ "train.py": "two\n" }));
    expect(await branch.isDirty(["train.py"])).toBe(true);
    expect(existsSync(join(folder, "trapped"))).toBe(false);
    // Positive control: git itself does fall into the trap.
    git(folder, "-c", "commit.gpgSign=false", "commit", "-q", "-a", "-m", "x");
    expect(existsSync(join(folder, "trapped"))).toBe(true);
  });

  it("fetches nothing that the repository lacks with a command that it names, whatever the age of git", async () => {
    const folder = repository({ "train.py": "one\n" });
    const trapped = join(folder, "trapped");
    for (const [key, value] of [
      ["core.repositoryFormatVersion", "1"],
      ["extensions.partialClone", "origin"],
      ["remote.origin.promisor", "true"],
      ["remote.origin.url", folder],
      ["remote.origin.uploadpack", `touch '${trapped}'; git-upload-pack`],
    ])
      git(folder, "config", key!, value!);
    const tree = git(folder, "rev-parse", "HEAD^{tree}");
    rmSync(join(folder, ".git/objects", tree.slice(0, 2), tree.slice(2)));
    // As git was before it learnt to be told: a program before it takes the word away.
    const [bin, path] = [scratch(), process.env["PATH"] ?? ""];
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    put(bin, { git: `#!/bin/sh\nunset GIT_NO_LAZY_FETCH\nexec '${real}' "$@"\n` });
    chmodSync(join(bin, "git"), 0o755);
    process.env["PATH"] = `${bin}:${path}`;
    try {
      await rejection((await opened(folder)).dirtyPaths(["train.py"]));
      expect(existsSync(trapped)).toBe(false);
      // Positive control: git itself does fall into the trap.
      expect(() => git(folder, "ls-tree", "HEAD")).toThrow(/Command failed/);
      expect(existsSync(trapped)).toBe(true);
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("writes to no file that the log of its branch is a link to", async () => {
    const folder = repository({ "train.py": "one\n" });
    const home = scratch();
    put(home, { ".profile": "# mine\n" });
    mkdirSync(join(folder, ".git/logs/refs/heads/strop"), { recursive: true });
    symlinkSync(join(home, ".profile"), join(folder, ".git/logs/refs/heads", BRANCH));
    const branch = await opened(folder);
    expect((await rejection(branch.commitChampion(champion({ "train.py": "two\n" })))).code).toBe("git.link");
    rmSync(join(folder, ".git/logs/refs/heads/strop"), { recursive: true });
    symlinkSync(home, join(folder, ".git/logs/refs/heads/strop"));
    await branch.commitChampion(champion({ "train.py": "two\n" }));
    expect(readdirSync(home)).toEqual([".profile"]);
    // A branch that stands for another one has that one's log written, too.
    rmSync(join(folder, ".git/logs/refs/heads/strop"));
    git(folder, "branch", "other", BRANCH);
    rmSync(join(folder, ".git/logs/refs/heads/other"));
    symlinkSync(join(home, ".profile"), join(folder, ".git/logs/refs/heads/other"));
    git(folder, "symbolic-ref", `refs/heads/${BRANCH}`, "refs/heads/other");
    await branch.commitChampion(champion({ "train.py": "three\n" }));
    expect(readFileSync(join(home, ".profile"), "utf8")).toBe("# mine\n");
    // Positive control: git itself writes into what a shell reads, the name of the author that its config says included.
    git(folder, "update-ref", "refs/heads/other", "HEAD");
    expect(readFileSync(join(home, ".profile"), "utf8")).toContain("Ada");
  });

  it("is refused where HEAD names its branch before that has a commit", async () => {
    const folder = scratch();
    git(folder, "init", "-q", ".");
    git(folder, "symbolic-ref", "HEAD", `refs/heads/${BRANCH}`);
    put(folder, { "train.py": "one\n" });
    const branch = await opened(folder);
    expect((await rejection(branch.commitChampion(champion({ "train.py": "two\n" })))).code).toBe("git.checked-out");
  });

  it("goes in with LF where the repository keeps the file with LF", async () => {
    const folder = repository({ "train.py": "one\ntwo\n", "dos.py": "a\r\nb\r\n" });
    const branch = await opened(folder);
    put(folder, { "train.py": "one\r\ntwo\r\n" });
    expect(await branch.isDirty(["train.py"])).toBe(false);
    await branch.commitChampion(champion({ "train.py": "one\r\nthree\r\n", "dos.py": "a\r\nc\r\n" }));
    expect(
      git(folder, "show", "--numstat", "--format=", BRANCH)
        .split("\n")
        .map((row) => row.split("\t").slice(0, 2)),
    ).toEqual([
      ["1", "1"],
      ["1", "1"],
    ]);
  });

  it("is refused while the branch is checked out, and made once it no longer is", async () => {
    const folder = repository({ "train.py": "one\n" });
    const branch = await opened(folder);
    await branch.commitChampion(champion({ "train.py": "two\n" }));
    git(folder, "checkout", "-q", BRANCH);
    const error = await rejection(branch.commitChampion(champion({ "train.py": "three\n" })));
    expect([error.code, git(folder, "status", "--porcelain")]).toEqual(["git.checked-out", ""]);
    git(folder, "checkout", "-q", "main");
    expect(await branch.commitChampion(champion({ "train.py": "three\n" }))).toBe(git(folder, "rev-parse", BRANCH));
  });

  it("starts a history of its own where there is no commit yet, and says so", async () => {
    const folder = scratch({ "train.py": "one\n" });
    git(folder, "init", "-q", ".");
    const branch = await opened(folder);
    expect(branch.note).toMatch(/no commit yet/);
    expect(await branch.isDirty(["train.py", "gone.py"])).toBe(true);
    await branch.commitChampion(champion({ "train.py": "two\n" }));
    expect(git(folder, "log", "--format=%s", BRANCH)).toBe("better");
  });

  it("branches off a detached HEAD, and says so", async () => {
    const folder = repository({ "train.py": "one\n" });
    git(folder, "checkout", "-q", "--detach");
    const branch = await opened(folder);
    expect(branch.note).toMatch(/detached/);
    expect(await branch.commitChampion(champion({ "train.py": "two\n" }))).toMatch(/^[0-9a-f]{40}$/);
  });

  it("ignores GIT_ variables that point elsewhere", async () => {
    const [folder, other] = [repository({ "train.py": "one\n" }), repository({ "other.py": "o\n" })];
    process.env["GIT_DIR"] = join(other, ".git");
    try {
      const branch = await opened(folder);
      await branch.commitChampion(champion({ "train.py": "two\n" }));
    } finally {
      delete process.env["GIT_DIR"];
    }
    expect(git(folder, "branch", "--list", "strop/*")).toMatch(BRANCH);
    expect(git(other, "branch", "--list", "strop/*")).toBe("");
  });
});

describe("the author", () => {
  it("is the user where git knows one, and strop where it does not", async () => {
    const folder = repository({ "train.py": "one\n" });
    const home = process.env["HOME"];
    process.env["HOME"] = folder;
    try {
      const branch = await opened(folder);
      await branch.commitChampion(champion({ "train.py": "two\n" }));
      expect(git(folder, "log", "-1", "--format=%an <%ae>", BRANCH)).toBe("strop <strop@localhost>");
      git(folder, "config", "user.name", "Grace");
      git(folder, "config", "user.email", "grace@example.org");
      await branch.commitChampion(champion({ "train.py": "three\n" }));
      expect(git(folder, "log", "-1", "--format=%an <%ae>", BRANCH)).toBe("Grace <grace@example.org>");
    } finally {
      process.env["HOME"] = home;
    }
  });
});

describe("dirty paths", () => {
  it("are those whose text is not the one in HEAD", async () => {
    const folder = repository({ "same.py": "s\n", "changed.py": "c\n", "deleted.py": "d\n" });
    put(folder, { "changed.py": "C\n", "untracked.py": "u\n" });
    renameSync(join(folder, "deleted.py"), join(folder, "elsewhere.py"));
    const branch = await opened(folder);
    expect(await branch.dirtyPaths(["same.py", "changed.py", "deleted.py", "untracked.py", "nowhere.py"])).toEqual([
      "changed.py",
      "deleted.py",
      "untracked.py",
    ]);
    expect(await branch.isDirty(["same.py"])).toBe(false);
    expect(textOf(folder, "same.py")).toBe("s\n");
  });
});

it.skipIf(process.getuid?.() !== 0)("a repository of another user is refused with git's own reason", async () => {
  const folder = repository({ "train.py": "one\n" });
  execFileSync("chown", ["-R", "65534:65534", folder]);
  const branch = await opened(folder);
  expect(branch.note).toMatch(/dubious ownership/);
  expect((await rejection(branch.commitChampion(champion({ "train.py": "two\n" })))).code).toBe("git.failed");
  expect(await branch.isDirty(["train.py"])).toBe(true);
});

describe("there is no git for", () => {
  it("a folder outside any repository, a bare repository, and the inside of .git", async () => {
    const [plain, bare, normal] = [scratch(), scratch(), repository({ a: "" })];
    git(bare, "init", "-q", "--bare", ".");
    expect(await Promise.all([plain, bare, join(normal, ".git")].map((folder) => openGit(folder)))).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("a machine without the git program", async () => {
    const folder = repository({ a: "" });
    const path = process.env["PATH"];
    process.env["PATH"] = scratch();
    try {
      expect(await openGit(folder)).toBeNull();
    } finally {
      process.env["PATH"] = path;
    }
  });
});

it("a repository reached through a link is the same repository", async () => {
  const folder = repository({ "t/train.py": "one\n" });
  const link = join(scratch(), "link");
  symlinkSync(join(folder, "t"), link);
  await (await opened(link)).commitChampion(champion({ "train.py": "two\n" }));
  expect(git(folder, "show", `${BRANCH}:t/train.py`)).toBe("two");
});

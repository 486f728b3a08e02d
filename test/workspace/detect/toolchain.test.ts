import { chmodSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, vi } from "vitest";

import { interpreterHomes } from "../../../src/workspace/detect/interpreter.ts";
import { pythonOf } from "../../../src/workspace/layouts/python.ts";
import { findOnPath, toolchainOf } from "../../../src/workspace/detect/toolchain.ts";
import { scratch } from "../scratch.ts";

/** A home with compilers; `found` is where PATH has the program. */
function toolchain(run: string, found?: string) {
  const home = scratch({
    ".rustup/settings.toml": "",
    ".cargo/bin/cargo": "",
    ".cargo/credentials.toml": "token",
    "sdk/go/bin/go": "",
    ".local/bin/go": "",
  });
  symlinkSync(join(home, "sdk/go/bin/go"), join(home, "go"));
  const path = found?.replace("~", home);
  return JSON.parse(
    (JSON.stringify(toolchainOf(run, { home, folder: home, find: () => path, variables: {} })) ?? "null")
      .replaceAll(realpathSync(home), "~")
      .replaceAll(home, "~"),
  ) as unknown;
}

const SYSTEM = "/usr/local/bin:/usr/bin:/bin";

describe("what a sandbox needs for a compiler", () => {
  it.each(["cargo run --release", "CARGO_TARGET_DIR=/tmp/target cargo run", "cd x && cargo build; ./y"])(
    "is rustup's compilers and proxies for `%s`, and nothing else of the home",
    (run) => {
      expect(toolchain(run, "~/.cargo/bin/cargo")).toEqual({
        env: { PATH: `~/.cargo/bin:${SYSTEM}`, RUSTUP_HOME: "~/.rustup" },
        mounts: ["~/.cargo/bin", "~/.rustup"],
      });
    },
  );

  it("is the folder of a compiler that lies by itself, wherever a link to it is", () => {
    const wanted = { env: { PATH: `~/sdk/go/bin:${SYSTEM}` }, mounts: ["~/sdk/go"] };
    expect(toolchain("go run .", "~/sdk/go/bin/go")).toEqual(wanted);
    expect(toolchain("go run .", "~/go")).toEqual(wanted);
  });

  it("is the folder of a Java's settings, where they lie elsewhere", () => {
    const home = scratch({ "jvm/bin/java": "", "jvm/conf/own.properties": "", "etc/java/net.properties": "" });
    const machine = { home: "/nowhere", folder: home, find: () => join(home, "jvm/bin/java"), variables: {} };
    const own = { env: { PATH: `${join(home, "jvm/bin")}:${SYSTEM}` }, mounts: [join(home, "jvm")] };
    expect(toolchainOf("java A.java", machine)).toEqual(own);
    symlinkSync(join(home, "etc/java/net.properties"), join(home, "jvm/conf/net.properties"));
    expect(toolchainOf("java A.java", machine)?.mounts).toEqual([join(home, "jvm"), join(home, "etc/java")]);
  });

  it("is nothing for what the sandbox has, what is not there, what lies among other things, and other programs", () => {
    expect(toolchain("go run .", "/usr/bin/no-such-go")).toBeNull();
    expect(toolchain("cargo run")).toBeNull();
    expect(toolchain("go run .", "~/.local/bin/go")).toBeNull();
    expect(toolchain("ruby cargo.rb go", "~/sdk/go/bin/go")).toBeNull();
  });
});

/** A home where both have fetched and compiled something, and a project; `lock` is its Cargo.lock. */
function builders(lock?: string) {
  const home = scratch({
    ".cargo/credentials.toml": "token",
    ".cargo/registry/x": "",
    ".cargo/git/x": "",
    "cache/go-build/x": "",
    "sdk/bin/cargo": "",
    "sdk/bin/go": '#!/bin/sh\ntest "$PWD $*" = "/ env GOCACHE GOMODCACHE" && printf "~/cache/go-build\\n~/none\\n"',
    "project/main.rs": "",
    ...(lock === undefined ? {} : { "project/Cargo.lock": lock }),
  });
  const go = join(home, "sdk/bin/go");
  writeFileSync(go, readFileSync(go, "utf8").replaceAll("~", home));
  chmodSync(go, 0o755);
  return (run: string, variables = {}) => {
    const find = (name: string) => join(home, "sdk/bin", name);
    const toolchain = toolchainOf(run, { home, folder: join(home, "project"), find, variables });
    return JSON.parse((JSON.stringify(toolchain) ?? "null").replaceAll(home, "~")) as unknown;
  };
}

describe("what a sandbox needs of what was fetched and compiled", () => {
  const PATH = `~/sdk/bin:${SYSTEM}`;
  const CARGO_HOME = "~/.cargo";

  it("is for Maven its settings, the Java that it runs, and the packages that it has, no other file of its home", () => {
    const home = scratch({
      "jvm/bin/java": "",
      "maven/bin/mvn": "",
      "etc/maven/settings.xml": "",
      "me/.m2/settings.xml": "a password",
      "me/.m2/repository/x.jar": "",
    });
    mkdirSync(join(home, "maven/conf"));
    symlinkSync(join(home, "etc/maven/settings.xml"), join(home, "maven/conf/settings.xml"));
    const find = (name: string) => join(home, name === "java" ? "jvm/bin/java" : "maven/bin/mvn");
    const machine = { home: join(home, "me"), folder: home, find, variables: {} };
    const [packages, bin] = [join(home, "me/.m2/repository"), (name: string) => join(home, name, "bin")];
    expect(toolchainOf("mvn -o -q package && java -jar a.jar", machine)).toEqual({
      env: { PATH: `${bin("jvm")}:${bin("maven")}:${SYSTEM}`, MAVEN_OPTS: `-Dmaven.repo.local=${packages}` },
      mounts: [join(home, "jvm"), join(home, "maven"), join(home, "etc/maven"), packages],
    });
  });

  it.each([
    [undefined, ["registry"]],
    ['source = "registry+https://a.b/c"', ["registry"]],
    ['source = "git+https://a.b/c"\nsource = "registry+https://a.b/c"', ["registry", "git"]],
  ])("is, of cargo's home, the packages that a lock with %j names", (lock, folders) => {
    const mounts = ["~/sdk", ...folders.map((name) => `~/.cargo/${name}`)];
    expect(builders(lock)("cp -a target /tmp && cargo bench")).toEqual({ env: { PATH, CARGO_HOME }, mounts });
  });

  it("is nothing for a program of no packages, or of packages that lie elsewhere", () => {
    const alone = { env: { PATH }, mounts: ["~/sdk"] };
    expect(builders("version = 4")("cargo bench")).toEqual(alone);
    expect(builders()("cargo bench", { CARGO_HOME: "/none" })).toEqual(alone);
  });

  it("is what go says where it keeps it, and how go uses it without writing there", () => {
    expect(builders()("go test ./...")).toEqual({
      env: { PATH, GOCACHE: "~/cache/go-build", GODEBUG: "goindex=0" },
      mounts: ["~/sdk", "~/cache/go-build"],
    });
  });
});

/** An installation, a virtual environment that borrows it, and a version manager's script that starts it. */
function pythons() {
  const home = scratch({
    "pythons/3.9/bin/python3.9": "#!/bin/sh\necho '~/pythons/3.9/bin/python3.9'\n",
    "project/.venv/pyvenv.cfg": "home = ~/pythons/3.9/bin\n",
    "project/.venv/bin/torchrun": `#!/bin/sh\n'''exec' "~/project/.venv/bin/python" "$0" "$@"\n`,
    "bin/python3": "#!/bin/sh\n",
  });
  const write = (path: string) => {
    writeFileSync(join(home, path), readFileSync(join(home, path), "utf8").replaceAll("~", home));
    chmodSync(join(home, path), 0o755);
  };
  ["pythons/3.9/bin/python3.9", "project/.venv/pyvenv.cfg", "project/.venv/bin/torchrun", "bin/python3"].forEach(write);
  symlinkSync(join(home, "pythons/3.9"), join(home, "pythons/3"));
  symlinkSync(join(home, "pythons/3/bin/python3.9"), join(home, "project/.venv/bin/python"));
  return (run: string, found = "") => {
    const find = () => (found === "" ? undefined : join(home, found));
    const host = { home, folder: join(home, "project"), find, variables: {} };
    return JSON.parse((JSON.stringify(toolchainOf(run, host)) ?? "null").replaceAll(home, "~")) as unknown;
  };
}

describe("what a sandbox needs for Python", () => {
  it("is no folder without one, whatever a virtual environment from others names or links to", () => {
    const files = { ".ssh/id_rsa": "", "pythons/3/bin/python3": "", "project/.venv/bin/x": "" };
    const home = scratch(files);
    const [folder, python] = [join(home, "project"), join(home, "project/.venv/bin/python")];
    const names = (bin: string) => writeFileSync(join(folder, ".venv/pyvenv.cfg"), `home = ${join(home, bin)}\n`);
    names("pythons/3/bin");
    symlinkSync(join(home, "pythons/3/bin/python3"), python);
    expect(interpreterHomes(folder, python)).toEqual([join(home, "pythons/3")]);
    names(".ssh/bin");
    expect(interpreterHomes(folder, python)).toEqual([join(home, "pythons/3")]);
    names(".ssh");
    expect(interpreterHomes(folder, python)).toEqual([join(home, "pythons/3")]);
    rmSync(python);
    symlinkSync(join(home, ".ssh/id_rsa"), python);
    expect(interpreterHomes(folder, python)).toEqual([]);
  });

  it("is the installation that a virtual environment borrows, by every name that it has", () => {
    const toolchain = pythons();
    // As the environment names it, as it links to it, and where that is.
    const mounts = ["~/pythons/3.9", "~/pythons/3"];
    expect(toolchain(".venv/bin/python train.py")).toEqual({ env: {}, mounts });
    expect(toolchain("A=1 ./.venv/bin/torchrun train.py")).toEqual({ env: {}, mounts });
  });

  it("is what the user's own python3 says that it is", () => {
    const wanted = { env: { PATH: `~/pythons/3.9/bin:${SYSTEM}` }, mounts: ["~/pythons/3.9"] };
    expect(pythons()("cd src && python3 train.py", "pythons/3.9/bin/python3.9")).toEqual(wanted);
  });

  it("is nothing for the system's, for one that is not there or does not answer, and never a whole home", () => {
    const toolchain = pythons();
    expect(toolchain("/usr/bin/python3 train.py")).toBeNull();
    expect(toolchain("python3 train.py")).toBeNull();
    expect(toolchain("python3 train.py", "bin/python3")).toBeNull();
    expect(toolchain("../bin/python3 train.py")).toBeNull();
    expect(toolchain(".venv/bin/python3.14 train.py")).toBeNull();
  });
});

it("a folder without a config shows its virtual environment's Python, and no home that holds one", async () => {
  const home = scratch({ "bin/python3": "", "pythons/3/bin/python3": "", "project/.venv/bin/x": "" });
  vi.stubEnv("HOME", home);
  const shown = async (target: string) => {
    const python = join(home, "project/.venv/bin/python");
    rmSync(python, { force: true });
    symlinkSync(join(home, target), python);
    return (await pythonOf(join(home, "project"))).mounts;
  };
  expect(await shown("pythons/3/bin/python3")).toEqual([join(home, "pythons/3")]);
  expect(await shown("bin/python3")).toEqual([]);
  vi.unstubAllEnvs();
});

describe("a program on the path", () => {
  it("is the first that can be run, and none of a project's packages", () => {
    const folder = scratch({ "a/python3": "", "b/python3": "", "c/node_modules/.bin/python3": "" });
    for (const path of ["b/python3", "c/node_modules/.bin/python3"]) chmodSync(join(folder, path), 0o755);
    const path = ["relative", "c/node_modules/.bin", "a", "b"].map((name) => join(folder, name)).join(":");
    expect(findOnPath("python3", path)).toBe(join(folder, "b/python3"));
    expect(findOnPath("python4", path)).toBeUndefined();
  });
});

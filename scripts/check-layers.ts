/**
 * Imports go downwards: a file in src/ imports only from its own room and from rooms on lower floors, type imports
 * included, and neither files nor sibling folders import each other in a circle. Prints one line per violation.
 * Usage: node scripts/check-layers.ts [folder that holds src/]
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { importsOf } from "./imports.ts";

/** Which floor a room stands on (docs/architecture.md). Rooms on one floor do not know each other. */
export const FLOORS: Readonly<Record<string, number>> = {
  core: 0,
  journal: 1,
  sandbox: 1,
  judge: 1,
  syntax: 1,
  workspace: 1,
  nn: 1,
  models: 1,
  propose: 2,
  downstream: 2,
  improve: 2,
  reprogram: 2,
  executor: 2,
  report: 2,
  policy: 1.5,
  loop: 3,
  server: 4,
  testing: 4,
  cli: 5,
};

/** What the pure rooms may use of Node: nothing that reads a clock, a disk or a network. */
const PURE_ROOMS = new Set(["core", "judge"]);
const PURE_MODULES = new Set(["node:crypto"]);

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every violation below `root`/src, as one sentence each, in path order. */
export function layerProblems(root: string): string[] {
  const files = globSync("src/**/*.{ts,tsx}", { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
  const imports = files.flatMap((from) =>
    importsOf(readFileSync(join(root, from), "utf8")).map((specifier) => ({
      from,
      to: resolved(root, from, specifier),
    })),
  );
  return [
    ...files.flatMap(unknownRoom),
    ...imports.flatMap(upward),
    ...cycles("files", imports),
    ...cycles("folders", imports.flatMap(betweenSiblings)),
  ];
}

/** A path below src/ for the package's own files; any other specifier unchanged. */
function resolved(root: string, from: string, specifier: string): string {
  if (specifier === "strop") return "src/index.ts";
  const own = /^strop\/(.+)$/.exec(specifier)?.[1];
  if (own !== undefined) return existsSync(join(root, `src/${own}.ts`)) ? `src/${own}.ts` : `src/${own}/index.ts`;
  return specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(from), specifier)) : specifier;
}

/** The room of a path below src/; "" for files directly in src/, undefined elsewhere. */
function roomOf(path: string): string | undefined {
  const [top, room, ...rest] = path.split("/");
  if (top !== "src" || room === undefined) return undefined;
  return rest.length === 0 ? "" : room;
}

function unknownRoom(path: string): string[] {
  const room = roomOf(path);
  return room === undefined || room === "" || room in FLOORS
    ? []
    : [`${path}: the room ${room}/ has no floor; add it to FLOORS in scripts/check-layers.ts`];
}

/**
 * `src/task.ts` is types for programs: below all. `src/improver.ts` is types and a helper over core. `src/index.ts` is the
 * public face: above all but the command line.
 */
function floorOf(path: string): number {
  if (path === "src/task.ts") return -1;
  if (path === "src/improver.ts") return 0.5;
  const room = roomOf(path) ?? "";
  return room === "" ? 4.5 : (FLOORS[room] ?? 0);
}

function upward({ from, to }: Import): string[] {
  const [room, target] = [roomOf(from) as string, roomOf(to)];
  if (target === undefined) {
    const isOutside = to.startsWith("..") || isRelativeEscape(to);
    if (isOutside) return [`${from} imports ${to}, which is outside src/`];
    const isImpure = PURE_ROOMS.has(room) && to.startsWith("node:") && !PURE_MODULES.has(to);
    return isImpure ? [`${from} imports ${to}, but ${room}/ is pure: no clock, disk or network`] : [];
  }
  if (to === "src/index.ts") return [`${from} imports src/index.ts, which is for users of the package only`];
  if (target === "testing" && room !== "testing" && from !== "src/index.ts") {
    return [`${from} imports ${to}, but testing/ is for tests only`];
  }
  if (target === room && room !== "") return [];
  if (floorOf(to) < floorOf(from)) return [];
  const relation = floorOf(to) === floorOf(from) ? "on the same floor" : "on a higher floor";
  return [`${from} imports ${to}, which is ${relation} (${floorOf(from)} → ${floorOf(to)})`];
}

/** Resolved relative imports that end up beside src/ instead of in it. */
const isRelativeEscape = (path: string): boolean => /^(?:test|scripts|bench|examples|docs|dist)\//.test(path);

/** Imports between sibling folders; parents and children may know each other. */
function betweenSiblings({ from, to }: Import): Import[] {
  const [a, b] = [dirname(from), dirname(to)];
  const isNested = a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
  return isNested || roomOf(to) === undefined ? [] : [{ from: a, to: b }];
}

/** One sentence per circle, found by depth-first search. */
function cycles(what: string, imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const finished = new Set<string>();
  const path: string[] = [];
  const found: string[] = [];
  const visit = (node: string): void => {
    if (finished.has(node)) return;
    const at = path.indexOf(node);
    if (at !== -1) {
      found.push(`${what} import each other in a circle: ${[...path.slice(at), node].join(" → ")}`);
      return;
    }
    path.push(node);
    for (const { to } of next.get(node) ?? []) visit(to);
    path.pop();
    finished.add(node);
  };
  for (const node of next.keys()) visit(node);
  return found;
}

if (import.meta.main) {
  const problems = layerProblems(process.argv[2] ?? ".");
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

/** Checks documents of JSON: says where one is broken, prints the others tidily, and tells what values each path has. */
type Json = null | boolean | number | string | Json[] | Map<string, Json>;

interface Token {
  readonly kind: "mark" | "string" | "number" | "word" | "end";
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

class JsonError extends Error {}

function place(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before[before.length - 1]!.length + 1 };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let rest = text;
  while (true) {
    rest = rest.trimStart();
    const { line, column } = place(text, text.length - rest.length);
    if (rest === "") return [...tokens, { kind: "end", text: "", line, column }];
    const patterns: [Token["kind"], RegExp][] = [
      ["mark", /^[[\]{},:]/],
      ["string", /^"(?:[^"\\]|\\.)*"/],
      ["number", /^-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/],
      ["word", /^[a-z]+/],
    ];
    const found = patterns.filter(([, pattern]) => pattern.test(rest))[0];
    if (found === undefined) throw new JsonError(`${line}:${column}: expected a value, found ${rest[0]}`);
    const [kind, pattern] = found;
    const matched = rest.match(pattern)![0];
    tokens.push({ kind, text: matched, line, column });
    rest = rest.slice(matched.length);
  }
}

class Parser {
  private tokens: Token[];

  constructor(text: string) {
    this.tokens = tokenize(text);
  }

  parse(): Json {
    const value = this.value();
    if (this.tokens[0]!.kind !== "end") this.fail("the end");
    return value;
  }

  private fail(expected: string): never {
    const { line, column, text } = this.tokens[0]!;
    throw new JsonError(`${line}:${column}: expected ${expected}, found ${text === "" ? "the end" : text}`);
  }

  private take(text: string): boolean {
    if (this.tokens[0]!.kind !== "mark" || this.tokens[0]!.text !== text) return false;
    this.tokens.shift();
    return true;
  }

  private value(): Json {
    if (this.take("[")) return this.array();
    if (this.take("{")) return this.object();
    const { kind, text } = this.tokens[0]!;
    if (kind === "mark" || kind === "end") this.fail("a value");
    if (kind === "word" && !["true", "false", "null"].includes(text)) this.fail("true, false or null");
    this.tokens.shift();
    if (kind === "string") return this.unescape(text);
    if (kind === "number") return Number(text);
    return text === "null" ? null : text === "true";
  }

  private array(): Json[] {
    let items: Json[] = [];
    if (this.take("]")) return items;
    do {
      items = [...items, this.value()];
    } while (this.take(","));
    if (!this.take("]")) this.fail("] or ,");
    return items;
  }

  private object(): Map<string, Json> {
    const fields = new Map<string, Json>();
    if (this.take("}")) return fields;
    do {
      if (this.tokens[0]!.kind !== "string") this.fail("a name");
      const name = this.unescape(this.tokens[0]!.text);
      if ([...fields.keys()].includes(name)) this.fail(`a name other than ${name}`);
      this.tokens.shift();
      if (!this.take(":")) this.fail(":");
      fields.set(name, this.value());
    } while (this.take(","));
    if (!this.take("}")) this.fail("} or ,");
    return fields;
  }

  private unescape(quoted: string): string {
    const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
    let result = "";
    for (let i = 1; i < quoted.length - 1; i++) {
      if (quoted[i] !== "\\") result += quoted[i];
      else if (quoted[++i] === "u") {
        result += String.fromCharCode(parseInt(quoted.slice(i + 1, i + 5), 16));
        i += 4;
      } else result += escapes[quoted[i]!] ?? quoted[i];
    }
    return result;
  }
}

/** Names in order, two spaces a level; what is short stays on a line. */
function pretty(value: Json, indent: string): string {
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (flat(value).length + indent.length <= 80) return flat(value);
  const inner = indent + "  ";
  if (Array.isArray(value)) {
    const items = value.map((item) => inner + pretty(item, inner));
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  const fields = [...value.keys()]
    .sort()
    .map((name) => `${inner}${JSON.stringify(name)}: ${pretty(value.get(name)!, inner)}`);
  return `{\n${fields.join(",\n")}\n${indent}}`;
}

function flat(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => flat(item)).join(", ")}]`;
  if (!(value instanceof Map)) return pretty(value, "");
  const names = [...value.keys()].sort();
  return names.length === 0
    ? "{}"
    : `{ ${names.map((name) => `${JSON.stringify(name)}: ${flat(value.get(name)!)}`).join(", ")} }`;
}

/** Every path with its value; places in arrays are not told apart. */
function paths(value: Json, path: string[] = []): { path: string; value: Json }[] {
  if (Array.isArray(value))
    return value.reduce<{ path: string; value: Json }[]>((all, item) => all.concat(paths(item, [...path, "*"])), []);
  if (!(value instanceof Map)) return [{ path: path.join("."), value }];
  return [...value].reduce<{ path: string; value: Json }[]>(
    (all, [name, item]) => all.concat(paths(item, [...path, name])),
    [],
  );
}

function describe(found: { path: string; value: Json }[]): string {
  let report = "";
  const names = found.map(({ path }) => path).filter((path, i, all) => all.indexOf(path) === i);
  for (const name of names.sort()) {
    const values = found.filter(({ path }) => path === name).map(({ value }) => value);
    const kinds = [...new Set(values.map((value) => (value === null ? "null" : typeof value)))].sort();
    const numbers = values.filter((value) => typeof value === "number");
    report += `${name}: ${values.length} of ${kinds.join(" or ")}`;
    if (numbers.length > 0) report += `, ${Math.min(...numbers)} to ${Math.max(...numbers)}`;
    report += `, ${values.filter((value, i) => values.indexOf(value) === i).length} different\n`;
  }
  return report;
}

export function main(text: string): string {
  let report = "";
  let found: { path: string; value: Json }[] = [];
  for (const part of text.split(/^=== /m).slice(1)) {
    const name = part.split("\n")[0]!;
    try {
      const value = new Parser(part.slice(name.length + 1)).parse();
      report += `${name} is valid\n${pretty(value, "")}\n`;
      found = [...found, ...paths(value)];
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      report += `${name} is broken at ${error.message}\n`;
    }
  }
  return report + describe(found);
}

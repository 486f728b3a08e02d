/** What the programs of the second set read, made from a seed as that of the first (`inputs.ts`). */
import { type Draw, drawFrom, frequent, lines, list, pick, two, vocabulary, word } from "./draw.ts";

/** Bright discs and squares on a slope, with noise: a PGM as text. */
function photograph(draw: Draw): string {
  const [width, height] = [640, 480];
  const objects = list(60, () => ({
    x: draw(width),
    y: draw(height),
    size: 6 + draw(30),
    light: 90 + draw(80),
    isRound: draw(2) === 0,
  }));
  const lightAt = (x: number, y: number): number => {
    const inside = objects.filter((object) => {
      const [dx, dy] = [Math.abs(x - object.x), Math.abs(y - object.y)];
      return object.isRound ? dx * dx + dy * dy <= object.size ** 2 : Math.max(dx, dy) <= object.size;
    });
    const speck = draw(40) === 0 ? draw(256) : 20 + Math.floor((x * 40) / width) + draw(24);
    return Math.min(255, inside.reduce((most, { light }) => Math.max(most, light), 0) + speck);
  };
  const row = (y: number): string => list(width, (x) => lightAt(x, y)).join(" ");
  return lines(["P2", `${width} ${height}`, "255", ...list(height, row)]);
}

/** Little calculations one after the other, each with variables of its own. */
function script(draw: Draw): string {
  const names = vocabulary(draw, 660);
  const blocks: readonly ((a: string, b: string, c: string) => string[])[] = [
    (a, b, c) => [
      `# primes below a bound`,
      `let ${a} = 2`,
      `let ${c} = 0`,
      `while ${a} < ${400 + draw(200)}`,
      `  let ${b} = 2`,
      `  while (${b} * ${b} < ${a} + 1) * (${a} % ${b} > 0)`,
      `    let ${b} = ${b} + 1`,
      `  end`,
      `  if ${b} * ${b} > ${a}`,
      `    let ${c} = ${c} + 1`,
      `  end`,
      `  let ${a} = ${a} + 1`,
      `end`,
      `print ${c}`,
    ],
    (a, b, c) => [
      `# steps of Collatz`,
      `let ${a} = ${20 + draw(400)}`,
      `let ${b} = 0`,
      `while ${a} > 1`,
      `  let ${c} = ${a} % 2`,
      `  if ${c} == 0`,
      `    let ${a} = ${a} / 2`,
      `  end`,
      `  if ${c} == 1`,
      `    let ${a} = 3 * ${a} + 1`,
      `  end`,
      `  let ${b} = ${b} + 1`,
      `end`,
      `print ${b}`,
    ],
    (a, b, c) => [
      `# greatest common divisor`,
      `let ${a} = ${1000 + draw(90_000)}`,
      `let ${b} = ${1000 + draw(90_000)}`,
      `while ${b} > 0`,
      `  let ${c} = ${a} % ${b}`,
      `  let ${a} = ${b}`,
      `  let ${b} = ${c}`,
      `end`,
      `print ${a}`,
    ],
    (a, b, c) => [
      `# pairs whose product leaves a rest`,
      `let ${a} = 1`,
      `let ${c} = 0`,
      `while ${a} < ${30 + draw(20)}`,
      `  let ${b} = ${a}`,
      `  while ${b} < 60`,
      `    if ${a} * ${b} % 7 == ${1 + draw(6)}`,
      `      let ${c} = ${c} + 1`,
      `    end`,
      `    let ${b} = ${b} + 1`,
      `  end`,
      `  let ${a} = ${a} + 1`,
      `end`,
      `print ${c}`,
    ],
    (a, b, c) => [
      `# loan with interest, in cents`,
      `let ${a} = ${50_000 + draw(90_000)}`,
      `let ${b} = ${900 + draw(900)}`,
      `let ${c} = 0`,
      `while ${a} > 0`,
      `  let ${a} = ${a} + ${a} * ${2 + draw(4)} / (100 * 12) - ${b}`,
      `  let ${c} = ${c} + 1`,
      `end`,
      `print ${c} * ${b} + ${a}`,
    ],
  ];
  const block = (i: number): string[] => {
    const [a = "", b = "", c = ""] = names.slice(i * 3, i * 3 + 3);
    return [...pick(draw, blocks)(a, b, c), ""];
  };
  return lines(list(220, block).flat());
}

/** Requests of which few are frequent, with scans over what nobody asks for again. */
function trace(draw: Draw): string {
  const keys = vocabulary(draw, 900).map((name) => `/${name}/${draw(100)}`);
  const sizes = new Map(keys.map((key) => [key, 1 + draw(40)]));
  const request = (): string => {
    const key = draw(8) === 0 ? pick(draw, keys) : frequent(draw, keys);
    return `${draw(60) === 0 ? "DEL" : "GET"} ${key} ${sizes.get(key)}`;
  };
  const scan = (): string[] => list(5 + draw(20), () => `GET /scan/${draw(100_000)} ${1 + draw(9)}`);
  return lines([
    ...[500, 2000, 6000].map((capacity) => `capacity ${capacity}`),
    ...list(13_000, () => (draw(200) === 0 ? scan() : [request()])).flat(),
  ]);
}

/** Sequences of which some have a piece of another, with a few bases read wrongly. */
function genome(draw: Draw): string {
  const bases = (length: number): string => list(length, () => pick(draw, ["A", "C", "G", "T"])).join("");
  const misread = (piece: string): string =>
    piece.replace(/./g, (base) => (draw(40) === 0 ? pick(draw, ["A", "C", "G", "T", "N"]) : base));
  const known: string[] = [];
  const sequence = (i: number): string[] => {
    const old = known.length > 0 && draw(2) === 0 ? pick(draw, known) : "";
    const from = draw(Math.max(1, old.length - 500));
    const whole = bases(300 + draw(400)) + misread(old.slice(from, from + 400)) + bases(200 + draw(500));
    known.push(whole);
    const cased = draw(4) === 0 ? whole.toLowerCase() : whole;
    return [`>s${i} ${word(draw)}`, ...(cased.match(/.{1,70}/g) ?? [])];
  };
  return lines(list(14, sequence).flat());
}

/** Packages in some versions that need those before them, and now and then one after them. */
function repository(draw: Draw): string {
  const names = vocabulary(draw, 260);
  const version = (major: number): string => `${major}.${draw(6)}.${draw(10)}`;
  const constraint = (): string =>
    draw(30) === 0 ? `< 3.${1 + draw(5)}.0` : pick(draw, ["*", `>= 1.${draw(3)}.${draw(9)}`, `>= ${version(2)}`]);
  const needs = (i: number): string[] => {
    const others = list(Math.min(i, draw(5)), () => names[Math.max(0, i - 1 - draw(50))] as string);
    if (draw(90) === 0) others.push(names[Math.min(names.length - 1, i + draw(3))] as string);
    return [...new Set(others)].map((name) => `needs ${name} ${constraint()}`);
  };
  const releases = (name: string, i: number): string[] =>
    [1, 2, 2, 3, 4].slice(draw(2)).flatMap((major) => [`package ${name} ${version(major)}`, ...needs(i)]);
  return lines([...names.flatMap(releases), ...list(16, () => `install ${names[100 + draw(160)]}`)]);
}

/** Meetings of a team over some weeks, and who would like to meet. */
function calendar(draw: Draw): string {
  const people = vocabulary(draw, 30);
  const some = (most: number): string => [...new Set(list(2 + draw(most), () => pick(draw, people)))].join(", ");
  const day = (): string => new Date(Date.UTC(2024, 0, 1 + draw(26) * 7 + draw(5))).toISOString().slice(0, 10);
  const meeting = (): string => {
    const start = `${day()} ${two(8 + draw(9))}:${pick(draw, ["00", "15", "30", "45"])}`;
    return `${word(draw)} ${word(draw)};${start};${15 * (1 + draw(6))};${pick(draw, ["online", "north", "south", "attic", "cellar"])};${some(4)}`;
  };
  return lines([...list(900, meeting), ...list(25, () => `find;${day()};${30 * (1 + draw(4))};5;${some(6)}`)]);
}

/** Invoices, and payments of most of them with more or less of what they are for. */
function ledger(draw: Draw): string {
  const day = (n: number): string => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10);
  const amount = (cents: number): string => `${Math.floor(cents / 100)}.${two(cents % 100)}`;
  const customers = list(40, () => `${word(draw)} ${word(draw)} ${pick(draw, ["Ltd", "& Sons", "GmbH", "SA"])}`);
  const invoices = list(900, (i) => ({
    number: `R${1000 + i}`,
    customer: pick(draw, customers),
    day: Math.floor(i / 4),
    cents: draw(5) === 0 ? 9900 : 500 + draw(90_000),
  }));
  const payments: string[] = [];
  const pay = (at: number, cents: number, reference: string): void => {
    payments.push(`payment; ${day(at)}; ${amount(cents)}; ${reference}`);
  };
  for (const { number, customer, day: from, cents } of invoices) {
    const next = invoices.find((other) => other.customer === customer && other.number > number);
    const shout = draw(2) === 0 ? customer.toUpperCase() : customer;
    const kind = draw(20);
    if (kind < 9) pay(from + draw(40), cents, `${shout}, invoice ${number}`);
    else if (kind < 13) pay(from + draw(60), cents, shout);
    else if (kind < 15 && next) pay(next.day + draw(30), cents + next.cents, `${shout} two invoices`);
    else if (kind < 16) pay(from + draw(50), cents - draw(400), `ref ${number.toLowerCase()}`);
    else if (kind < 17) pay(from + draw(50), 100 + draw(9_000), `${word(draw)} thank you`);
  }
  const issued = invoices.map((i) => `invoice; ${i.number}; ${i.customer}; ${day(i.day)}; ${amount(i.cents)}`);
  return lines([...issued, ...payments]);
}

/** Solved boards with cells taken out, a few of them with a wrong digit. */
function sudokus(draw: Draw): string {
  const mixed = (n: number): number[] => {
    const items = list(n, (i) => i);
    return list(n, () => items.splice(draw(items.length), 1)[0] as number);
  };
  const lanes = (): number[] => mixed(3).flatMap((band) => mixed(3).map((lane) => band * 3 + lane));
  const board = (): string => {
    const [rows, columns, digits] = [lanes(), lanes(), mixed(9)];
    const cells = rows.flatMap((r) => columns.map((c) => 1 + digits[(r * 3 + Math.floor(r / 3) + c) % 9]!));
    const empty = new Set(mixed(81).slice(0, 42 + draw(10)));
    const shown = cells.map((digit, i) => (empty.has(i) ? "." : draw(1500) === 0 ? 1 + draw(9) : digit));
    return shown.join("");
  };
  return lines(list(360, board));
}

/** A text whose words like some words after them, sentences of the same kind, and beginnings. */
function speech(draw: Draw): string {
  const words = vocabulary(draw, 1_600);
  const habits = new Map(words.map((name) => [name, list(3, () => frequent(draw, words))]));
  const spoken = (length: number): string => {
    const said = [frequent(draw, words)];
    while (said.length < length)
      said.push(draw(3) > 0 ? pick(draw, habits.get(said.at(-1) as string) ?? words) : frequent(draw, words));
    return said.map((name) => (draw(12) === 0 ? `${name},` : name)).join(" ");
  };
  const line = (): string => {
    const plain = spoken(6 + draw(9));
    return `${plain[0]?.toUpperCase()}${plain.slice(1)}`.replace(/,?$/, pick(draw, [".", ".", "!", "?"]));
  };
  return lines([...list(1_300, line), ...list(150, () => `= ${line()}`), ...list(20, () => `? ${spoken(2)}`)]);
}

/** Features of which some go together, and what follows from them but for noise. */
function measurements(draw: Draw): string {
  const names = vocabulary(draw, 13);
  const slopes = list(12, () => (draw(3) === 0 ? 0 : draw(200) / 10 - 10));
  const row = (): string => {
    const features = list(8, () => draw(1000) / 10);
    const mixed = list(4, (i) => Math.round(8 * features[i]! + 2 * features[i + 3]! + draw(40)) / 10);
    const all = [...features, ...mixed];
    const value = all.reduce((sum, feature, i) => sum + feature * (slopes[i] as number), draw(4000) / 10);
    return [...all, value].map((x) => x.toFixed(2)).join(",");
  };
  return lines([names.join(","), ...list(220, row)]);
}

/** Documents of JSON with white space as it comes; in some a character is lost. */
function documents(draw: Draw): string {
  const names = vocabulary(draw, 40);
  const space = (): string => pick(draw, ["", "", " ", " ", "\n", "\n    ", "\t"]);
  const leaf = (): string =>
    pick(draw, [
      () => String(draw(1_000)),
      () => `-${draw(90)}.${draw(100)}e${draw(4)}`,
      () => `"${word(draw)} ${pick(draw, ["", "\\n", '\\"', "\\u00e9"])}${word(draw)}"`,
      () => pick(draw, ["true", "false", "null"]),
    ])();
  const value = (depth: number): string => {
    const kind = depth === 0 ? 9 : draw(10);
    if (kind > 6) return leaf();
    const inner = (): string => `${space()}${value(depth - 1)}${space()}`;
    if (kind < 3) return `[${list(draw(6), inner).join(",")}]`;
    const own = [...new Set(list(1 + draw(5), () => pick(draw, names)))];
    return `{${own.map((name) => `${space()}"${name}"${space()}:${inner()}`).join(",")}}`;
  };
  const broken = (whole: string): string => {
    const at = draw(whole.length);
    return whole.slice(0, at) + whole.slice(at + 1);
  };
  const document = (i: number): string => {
    const whole = `{"id": ${i}, "items": [${list(10 + draw(20), () => value(3) + space()).join(",")}]}`;
    return `=== ${word(draw)}${i}\n${draw(5) === 0 ? broken(whole) : whole}`;
  };
  return lines(list(26, document));
}

/** Days of a hotline with more or fewer agents and callers. */
function hotline(draw: Draw): string {
  const day = (i: number): string => {
    const topics = vocabulary(draw, 3 + draw(3));
    const skills = (agent: number): string =>
      [...new Set([topics[agent % topics.length], ...list(draw(3), () => pick(draw, topics))])].join("+");
    const agents = list(9 + draw(4), skills).join(",");
    const numbers = `between=${14 + draw(8)}; talk=${150 + draw(60)}; patience=${200 + draw(400)}; hours=${8 + draw(5)}`;
    return `name=day ${i + 1}; agents=${agents}; topics=${topics.join(",")}; ${numbers}; seed=${draw(1_000_000)}`;
  };
  return lines(list(6, day));
}

/** The input of each program of the second set, by its folder's name. */
export const secondSet: Readonly<Record<string, (seed: number) => string>> = {
  "c-image": (seed) => photograph(drawFrom(seed)),
  "c-script": (seed) => script(drawFrom(seed)),
  "cpp-cache": (seed) => trace(drawFrom(seed)),
  "cpp-kmers": (seed) => genome(drawFrom(seed)),
  "go-calendar": (seed) => calendar(drawFrom(seed)),
  "go-deps": (seed) => repository(drawFrom(seed)),
  "py-ngrams": (seed) => speech(drawFrom(seed)),
  "py-regression": (seed) => measurements(drawFrom(seed)),
  "rust-ledger": (seed) => ledger(drawFrom(seed)),
  "rust-sudoku": (seed) => sudokus(drawFrom(seed)),
  "ts-json": (seed) => documents(drawFrom(seed)),
  "ts-queue": (seed) => hotline(drawFrom(seed)),
};

/** What the programs read: made from a seed, so that the session and the measurement after it have different inputs of one kind. */
import { type Draw, drawFrom, frequent, lines, list, pick, sentence, two, vocabulary, word } from "./draw.ts";
import { secondSet } from "./inputs-second.ts";

function text(draw: Draw): string {
  const words = vocabulary(draw, 3_000);
  const spoken = (): string => {
    const plain = frequent(draw, words);
    const cased = draw(9) === 0 ? plain[0]!.toUpperCase() + plain.slice(1) : plain;
    return cased + pick(draw, ["", "", "", "", ",", ".", "'s", "!"]);
  };
  return lines(list(5_000, () => list(6 + draw(8), spoken).join(" ")));
}

function shop(draw: Draw): string {
  const customer = (i: number): string =>
    `c${i * 3}, ${word(draw)} ${word(draw)} , ${pick(draw, ["France", "Japan", "Peru", "Kenya", "Norway"])}`;
  const product = (i: number): string =>
    `p${i},${pick(draw, ["tools", "books", "toys", "food"])}, ${1 + draw(200)}.${two(draw(100))}`;
  const order = (): string =>
    `c${draw(400) * 3},p${draw(150)},202${3 + draw(2)}-${two(1 + draw(12))}-${two(1 + draw(28))},${1 + draw(9)}`;
  return lines([
    "[customers]",
    ...list(400, customer),
    "[products]",
    ...list(150, product),
    "[orders]",
    ...list(36_000, order),
  ]);
}

function accessLog(draw: Draw): string {
  const sections = list(60, () => word(draw));
  const agents = [
    "Mozilla/5.0 (X11; Linux)",
    "Mozilla/5.0 (iPhone)",
    "Googlebot/2.1 (+http)",
    "AhrefsBot/7.0",
    "curl/8.1",
    "MegaSpider 3",
  ];
  const clients = list(900, () => list(4, () => 1 + draw(250)).join("."));
  let second = 0;
  return lines(
    list(14_000, () => {
      second += draw(4);
      if (draw(300) === 0) return "garbage line";
      const time = `${two(1 + Math.floor(second / 86_400))}/Mar/2024:${two(Math.floor(second / 3600) % 24)}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)} +0000`;
      const path = `/${frequent(draw, sections)}${draw(2) === 0 ? `/${draw(5_000)}` : ""}${draw(3) === 0 ? `?q=${word(draw)}` : ""}`;
      const status = pick(draw, [200, 200, 200, 200, 304, 404, 500]);
      return `${pick(draw, clients)} - - [${time}] "${pick(draw, ["GET", "GET", "POST"])} ${path} HTTP/1.1" ${status} ${draw(90_000)} 0.${two(draw(100))}${draw(10)} "${pick(draw, agents)}"`;
    }),
  );
}

/** A word with a letter changed, lost or swapped. */
function misspelt(draw: Draw, right: string): string {
  const at = draw(right.length - 1);
  const before = right.slice(0, at);
  const after = right.slice(at + 1);
  return pick(draw, [before + after, `${before}x${after}`, `${before}${after[0]}${right[at]}${after.slice(1)}`]);
}

function spelling(draw: Draw): string {
  const words = vocabulary(draw, 3_000);
  const spoken = (): string => {
    const plain = frequent(draw, words);
    return draw(14) === 0 ? misspelt(draw, plain) : plain;
  };
  return lines([...words, "---", ...list(240, () => list(10, spoken).join(" "))]);
}

function roads(draw: Draw): string {
  const width = 40;
  const names = vocabulary(draw, width * width);
  const streets = list(90, () => `${word(draw)} road`);
  const rows: string[] = [];
  for (let i = 0; i < width * width; i++) {
    if (i % width !== width - 1 && draw(12) > 0)
      rows.push(`road; ${names[i]}; ${names[i + 1]}; ${100 + draw(900)}; ${pick(draw, streets)}`);
    if (i + width < names.length && draw(12) > 0)
      rows.push(`road; ${names[i]}; ${names[i + width]}; ${100 + draw(900)}; ${pick(draw, streets)}`);
  }
  return lines([...rows, ...list(12, () => `route; ${pick(draw, names)}; ${pick(draw, names)}`)]);
}

function library(draw: Draw): string {
  const words = vocabulary(draw, 2_500);
  const spoken = (): string => frequent(draw, words) + pick(draw, ["", "", "", "s", "ing", "ed", ",", "."]);
  const filler = ["the", "of", "and", "a", "to", "in"];
  const document = (i: number): string =>
    `doc|No ${i} ${word(draw)}|${list(60 + draw(80), () => (draw(4) === 0 ? pick(draw, filler) : spoken())).join(" ")}`;
  return lines([...list(900, document), ...list(40, () => `query|${sentence(draw, words, 3)}`)]);
}

function sales(draw: Draw): string {
  const products = list(40, () => word(draw));
  const customers = list(600, () => `${word(draw)}${draw(5) === 0 ? `, "${word(draw)}"` : ` ${word(draw)}`}`);
  const quoted = (field: string): string => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  let minute = 0;
  let last = "";
  return lines([
    "number,time,customer,product,region,amount",
    ...list(9_000, (i) => {
      minute += draw(90);
      const when = new Date(Date.UTC(2024, 0, 1) + minute * 60_000).toISOString().slice(0, 16).replace("T", " ");
      if (draw(25) > 0 || last === "")
        last = `${quoted(pick(draw, customers))},${pick(draw, products)},${pick(draw, ["north", "south", "east", "west"])}`;
      return `s${i},${when},${last},${1 + draw(300)}.${two(draw(100))}`;
    }),
  ]);
}

function points(draw: Draw): string {
  const centres = list(6, () => list(4, () => draw(1_000)));
  return lines([
    "6",
    ...list(1_800, () =>
      pick(draw, centres)
        .map((x) => ((x + draw(300)) / 10).toFixed(1))
        .join(" "),
    ),
  ]);
}

function notes(draw: Draw): string {
  const words = vocabulary(draw, 400);
  const fresh = (): string[] => list(8 + draw(8), () => sentence(draw, words, 5 + draw(6)));
  const written: string[][] = [];
  const blocks = list(110, (i) => {
    const old = written.length > 0 && draw(3) === 0 ? pick(draw, written) : null;
    const body = old === null ? fresh() : old.map((line) => (draw(6) === 0 ? sentence(draw, words, 6) : line));
    written.push(body);
    return `# n${String(i).padStart(4, "0")} ${sentence(draw, words, 3)}\n${body.join("\n")}\n`;
  });
  return lines(blocks);
}

function manual(draw: Draw): string {
  const words = vocabulary(draw, 900);
  const names = list(60, (i) => `${word(draw)}${i}`);
  const dressed = (): string => {
    const plain = frequent(draw, words);
    return pick(draw, [
      plain,
      plain,
      plain,
      plain,
      plain,
      `**${plain}**`,
      `*${plain}*`,
      `\`${plain} < 1\``,
      `[${pick(draw, names)}]`,
    ]);
  };
  const prose = (length: number): string => list(length, dressed).join(" ");
  const part = (): string[] => [
    `${"#".repeat(1 + draw(4))} ${sentence(draw, words.slice(0, 60), 2)}`,
    "",
    ...list(2 + draw(4), () => prose(12)),
    "",
    ...pick(draw, [
      () => list(4, () => `- ${prose(6)}`),
      () => list(3, () => `> ${prose(9)}`),
      () => ["```", ...list(6, () => `if (${frequent(draw, words)} < ${draw(99)} && "x") {}`), "```"],
      () => ["| a | b | c |", "|---|---|---|", ...list(5, () => `| ${prose(2)} | ${prose(2)} | ${draw(999)} |`)],
    ])(),
    "",
  ];
  return lines([...list(1_100, part).flat(), ...names.map((name) => `[${name}]: https://example.org/${name}?a=1&b=2`)]);
}

/** The input of each program of the first set, by its folder's name. */
const firstSet: Readonly<Record<string, (seed: number) => string>> = {
  "c-words": (seed) => text(drawFrom(seed)),
  "c-heat": (seed) => `160 160 280 0.1 ${seed}\n`,
  "cpp-join": (seed) => shop(drawFrom(seed)),
  "cpp-particles": (seed) => `400 20 160 0.002 ${seed}\n`,
  "go-logs": (seed) => accessLog(drawFrom(seed)),
  "go-spell": (seed) => spelling(drawFrom(seed)),
  "rust-routes": (seed) => roads(drawFrom(seed)),
  "rust-search": (seed) => library(drawFrom(seed)),
  "py-sales": (seed) => sales(drawFrom(seed)),
  "py-cluster": (seed) => points(drawFrom(seed)),
  "ts-dedupe": (seed) => notes(drawFrom(seed)),
  "ts-markdown": (seed) => manual(drawFrom(seed)),
};

/** The inputs of each set of programs, by its number. */
export const sets: Readonly<Record<string, typeof firstSet>> = { 1: firstSet, 2: secondSet };

/** The input of each program, by its folder's name. */
export const inputs: typeof firstSet = { ...firstSet, ...secondSet };

/**
 * The frozen inputs: a day-by-day export of orders as CSV, with quoted names, and the products that they refer to.
 * The same seed and round give the same text, in the program's run and in the evaluator's.
 */
export interface Input {
  /** Columns: id,time,customer,region,product,quantity,note. */
  readonly orders: string;
  /** Columns: product,name,cents. */
  readonly products: string;
}

export const ROUNDS = 3;

const ROWS = 2_000;
const PRODUCTS = 420;
const CUSTOMERS = 500;
const REGIONS = ["north", "south", "east", "west", "centre", "islands", "coast", "hills"];
const NOTES = ["", "", "gift", "call first", 'size "L", blue', "leave at door, please", "second try"];

/** Mulberry32: uniform in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function generate(seed: number, round: number): Input {
  const random = randomFrom(Math.imul(seed + 1, 7919) + round);
  const below = (n: number): number => Math.floor(random() * n);
  const products = ["product,name,cents"];
  for (let i = 0; i < PRODUCTS; i++)
    products.push(`p${i * 7 + below(7)},${quoted(`Thing ${i}, mark ${below(9)}`)},${50 + below(20_000)}`);
  const codes = products.slice(1).map((line) => line.slice(0, line.indexOf(",")));
  const orders = ["id,time,customer,region,product,quantity,note"];
  let minute = Date.UTC(2024, below(12), 1) / 60_000;
  for (let i = 0; i < ROWS; i++) {
    // Some are entered twice within minutes.
    const previous = i > 0 && random() < 0.04 ? (orders.at(-1) as string).split(",").slice(2, 6).join(",") : null;
    minute += previous === null ? below(260) : below(15);
    const fields = `${quoted(`Customer ${below(CUSTOMERS)}`)},${REGIONS[below(REGIONS.length)]},${codes[below(PRODUCTS)]},${1 + below(9)}`;
    const time = new Date(minute * 60_000).toISOString().slice(0, 16);
    orders.push(`o${i},${time},${previous ?? fields},${quoted(NOTES[below(NOTES.length)] as string)}`);
  }
  return { orders: `${orders.join("\n")}\n`, products: `${products.join("\n")}\n` };
}

/**
 * The innermost loop of matrix products as WebAssembly code, for ONNX Runtime's build to have in place of its own. That one reads a
 * block of the right side for every 2 rows of the left; this one for every 6, with a tile of sums in the 16 registers that there are,
 * and it multiplies and adds in one instruction where it may. Each sum has the same products in the same order.
 */

/** Bytes of instructions. */
export type Code = readonly number[];

export interface KernelOptions {
  /** Whether the result is added to what is there, instead of replacing it. */
  readonly isAdding: boolean;
  /** Whether products are added without being rounded first, where the processor can. */
  readonly isFused: boolean;
}

interface Tile extends KernelOptions {
  readonly height: number;
  /** In vectors of four columns: 2 or 4. */
  readonly width: number;
}

// Parameters of the runtime's kernel. Strides are in numbers; the right side comes in blocks of 16 columns, filled up with zeros.
const [left, right, result, depth, rows, columns, leftStride, resultStride, alpha] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;
// Variables: vectors, then integers.
const firstSum = 9;
const [one, scale, firstPart] = [21, 22, 23] as const;
const firstRow = 27;
const [rightAt, resultAt, cursor, countdown, isSecondHalf] = [33, 34, 35, 36, 37] as const;
const variables: Code = [2, firstRow - firstSum, 0x7b, isSecondHalf + 1 - firstRow, 0x7f];

const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
/** Up to 63, which fits a byte. */
const integer = (value: number): Code => [0x41, value];
const add: Code = [0x6a];
const subtract: Code = [0x6b];
const multiply: Code = [0x6c];
const and: Code = [0x71];
const shiftLeft: Code = [0x74];
const isLess: Code = [0x48];
const isZero: Code = [0x45];
const loop: Code = [0x03, 0x40];
const again: Code = [0x0c, 0];
const againIfTrue: Code = [0x0d, 0];
const ifTrue: Code = [0x04, 0x40];
const otherwise: Code = [0x05];
const end: Code = [0x0b];
const leave: Code = [0x0f];
const unreachable: Code = [0x00];

interface Access {
  readonly load: Code;
  readonly store: Code;
}
const four = (offset: number): Access => ({ load: [0xfd, 0x00, 2, offset], store: [0xfd, 0x0b, 2, offset] });
const two: Access = { load: [0xfd, 0x5d, 2, 0], store: [0xfd, 0x5b, 2, 0, 0] };
const single: Access = { load: [0xfd, 0x5c, 2, 0], store: [0xfd, 0x5a, 2, 0, 0] };
const loadEverywhere: Code = [0xfd, 0x09, 2, 0];
const zeros: Code = [0xfd, 0x0c, ...Array<number>(16).fill(0)];
const everywhere: Code = [0xfd, 0x13];
const upperHalf: Code = [0xfd, 0x0d, ...Array.from({ length: 16 }, (_, i) => (i % 8) + 8)];
const plus: Code = [0xfd, 0xe4, 1];
const times: Code = [0xfd, 0xe6, 1];
/** relaxed_madd: fused or not, as the processor is able to. */
export const timesPlus: Code = [0xfd, 0x85, 2];

const sum = ({ width }: Tile, row: number, vector: number): number => firstSum + width * row + vector;
const part = (vector: number): number => firstPart + vector;
const rowAt = (row: number): number => firstRow + row;

/** One after another. */
const code = (...parts: readonly Code[]): Code => parts.flat();
const move = (local: number, by: Code): Code => code(get(local), by, add, set(local));
const each = (count: number, make: (index: number) => Code): Code =>
  Array.from({ length: count }, (_, index) => make(index)).flat();
const when = (condition: Code, then: Code): Code => code(condition, ifTrue, then, end);
const fewerThan = (limit: number): Code => code(get(columns), integer(limit), isLess);

/**
 * The body of a function (left, right, result, depth, rows, columns, leftStride, resultStride: i32, alpha: f32) → i32, which computes
 * alpha · left · right for as many rows as suit it, 1 to 6, and returns their number.
 */
export function productKernel(options: KernelOptions): Code {
  const inBytes = (local: number): Code => code(get(local), integer(2), shiftLeft, set(local));
  const atLeast = (count: number): Code => code(get(rows), integer(count), isLess, isZero);
  return code(
    variables,
    inBytes(leftStride),
    inBytes(resultStride),
    code(get(alpha), everywhere, set(scale)),
    when(atLeast(6), strips({ ...options, height: 6, width: 2 })),
    when(atLeast(4), strips({ ...options, height: 4, width: 2 })),
    when(atLeast(2), strips({ ...options, height: 2, width: 4 })),
    strips({ ...options, height: 1, width: 4 }),
    end,
  );
}

/** The tile's columns, then the next ones, up to the last; then the function is left. */
function strips(tile: Tile): Code {
  const { height, width } = tile;
  const toNextBlock = code(get(depth), integer(6), shiftLeft);
  const toNextHalf = code(
    move(right, integer(32)),
    when(get(isSecondHalf), move(right, code(toNextBlock, integer(63), subtract, integer(1), subtract))),
    code(get(isSecondHalf), isZero, set(isSecondHalf)),
  );
  return code(
    loop,
    sums(tile),
    code(get(result), set(resultAt)),
    each(height, (row) => writeRow(tile, row)),
    when(fewerThan(4 * width + 1), code(integer(height), leave)),
    code(get(columns), integer(4 * width), subtract, set(columns)),
    each(width / 2, () => move(result, integer(32))),
    width === 2 ? toNextHalf : move(right, toNextBlock),
    code(again, end, unreachable),
  );
}

/** The tile of the product. */
function sums(tile: Tile): Code {
  const { height, width, isFused } = tile;
  const accumulate = (row: number, vector: number): Code => {
    const [total, factors] = [sum(tile, row, vector), code(get(one), get(part(vector)))];
    const added = isFused ? code(factors, get(total), timesPlus) : code(get(total), factors, times, plus);
    return code(added, set(total));
  };
  const step = code(
    each(width, (vector) => code(get(rightAt), four(16 * vector).load, set(part(vector)))),
    each(height, (row) =>
      code(
        code(get(rowAt(row)), loadEverywhere, set(one)),
        each(width, (vector) => accumulate(row, vector)),
        move(rowAt(row), integer(4)),
      ),
    ),
    each(2, () => move(rightAt, integer(32))),
    code(get(countdown), integer(1), subtract, set(countdown), get(countdown)),
  );
  return code(
    each(height, (row) =>
      code(
        each(width, (vector) => code(zeros, set(sum(tile, row, vector)))),
        code(get(left), get(leftStride), integer(row), multiply, add, set(rowAt(row))),
      ),
    ),
    code(get(right), set(rightAt), get(depth), set(countdown)),
    when(get(depth), code(loop, step, againIfTrue, end)),
  );
}

/** Scales and writes one row of the tile, and goes to the next. */
function writeRow(tile: Tile, row: number): Code {
  const { width } = tile;
  const scaled = (vector: number): Code => code(get(sum(tile, row, vector)), get(scale), times);
  return code(
    each(width, (vector) => code(scaled(vector), set(sum(tile, row, vector)))),
    code(fewerThan(4 * width), ifTrue, writeFirst(tile, row), otherwise),
    each(width, (vector) => write(tile, { to: resultAt, from: sum(tile, row, vector), by: four(16 * vector) })),
    end,
    move(resultAt, get(resultStride)),
  );
}

/** Writes as many columns as are left, fewer than the tile has. */
function writeFirst(tile: Tile, row: number): Code {
  const from = sum(tile, row, 0);
  const has = (count: number): Code => code(get(columns), integer(count), and);
  const copy = (vector: number, to: number): Code => code(get(sum(tile, row, vector)), set(sum(tile, row, to)));
  const eight = code(
    each(2, (vector) => write(tile, { to: cursor, from: from + vector, by: four(16 * vector) })),
    code(move(cursor, integer(32)), copy(2, 0), copy(3, 1)),
  );
  return code(
    code(get(resultAt), set(cursor)),
    tile.width === 4 ? when(has(8), eight) : [],
    when(has(4), code(write(tile, { to: cursor, from, by: four(0) }), move(cursor, integer(16)), copy(1, 0))),
    when(
      has(2),
      code(
        code(write(tile, { to: cursor, from, by: two }), move(cursor, integer(8))),
        code(get(from), get(from), upperHalf, set(from)),
      ),
    ),
    when(has(1), write(tile, { to: cursor, from, by: single })),
  );
}

interface Writing {
  readonly to: number;
  readonly from: number;
  readonly by: Access;
}

const write = ({ isAdding }: Tile, { to, from, by }: Writing): Code =>
  code(code(get(to), get(from)), isAdding ? code(get(to), by.load, plus) : [], by.store);

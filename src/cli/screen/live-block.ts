/**
 * Lines that stay, and on a terminal a block beneath them that is drawn anew, in place, several times a second. In a pipe
 * or a log the block is printed when nothing else was for a while, and then ever more rarely: silence must not look like a
 * hang, nor a long trial fill the log.
 */
import { suited } from "./style.ts";

export interface LiveBlock {
  /** A line that stays, above the block. */
  print(line: string): void;
  /** Takes the block away, for good. */
  stop(): void;
}

const REDRAW_MS = 150;
const SILENCE_MS = 30_000;
const LONGEST_SILENCE_MS = 600_000;
/** Some terminals say that they have no columns and rows, or say nothing. */
const [UNKNOWN_WIDTH, UNKNOWN_HEIGHT] = [100, 24];

/** `lines` says what the block shows now; none for no block. `silenceMs`: off a terminal, how long nothing is printed at first. */
export function liveBlock(out: NodeJS.WriteStream, lines: () => readonly string[], silenceMs = SILENCE_MS): LiveBlock {
  let drawn = 0;
  const write = (line: string): void => void out.write(`${suited(line, out)}\n`);
  const erase = () => {
    if (drawn > 0) out.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    // What scrolls away at the top cannot be erased; the cursor needs a line too.
    const block = shortBlock(lines(), Math.max(1, (out.rows || UNKNOWN_HEIGHT) - 1));
    erase();
    out.write(block.map((line) => `${clip(line, out.columns || UNKNOWN_WIDTH)}\n`).join(""));
    drawn = block.length;
  };
  let isOver = false;
  let timer = out.isTTY ? setInterval(draw, REDRAW_MS) : undefined;
  const sayMoreAfter = (ms: number) => {
    clearTimeout(timer);
    const sayMore = () => {
      lines().forEach(write);
      sayMoreAfter(Math.min(2 * ms, LONGEST_SILENCE_MS));
    };
    timer = setTimeout(sayMore, ms).unref();
  };
  if (!out.isTTY) sayMoreAfter(silenceMs);
  return {
    print(line) {
      erase();
      write(line);
      if (!out.isTTY && !isOver) sayMoreAfter(silenceMs);
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
      erase();
    },
  };
}

const shortBlock = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more`];

// oxlint-disable-next-line no-control-regex
const COLOUR = /(\u001b\[[0-9;]*m)/;

/** Letters of two columns, as terminals show them (East Asian Width W and F, and pictures), and marks of none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

const columnsOf = (letter: string): number => (NO_WIDTH.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1);

/** Cuts a line to the terminal's width, so that the block keeps its height; escape sequences count as nothing. */
function clip(line: string, columns: number): string {
  let room = columns - 1;
  const pieces = line.split(COLOUR);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 1) return piece;
      const letters = Array.from(piece);
      const cut = letters.findIndex((letter) => (room -= columnsOf(letter)) < 0);
      return cut < 0 ? piece : letters.slice(0, cut).join("");
    })
    .join("");
}

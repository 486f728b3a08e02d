/**
 * Lines that stay, and on a terminal a block beneath them that is drawn anew, in place, several times a second. In a pipe
 * or a log the block is printed when nothing else was for a while, so that silence never looks like a hang.
 */
export interface LiveBlock {
  /** A line that stays, above the block. */
  print(line: string): void;
  /** Takes the block away, for good. */
  stop(): void;
}

const REDRAW_MS = 150;
const SILENCE_MS = 30_000;
/** Some terminals say that they have no columns, or say nothing. */
const UNKNOWN_WIDTH = 100;

/** `lines` says what the block shows now; none for no block. `silenceMs`: off a terminal, how long nothing is printed. */
export function liveBlock(out: NodeJS.WriteStream, lines: () => readonly string[], silenceMs = SILENCE_MS): LiveBlock {
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) out.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    const block = lines();
    erase();
    out.write(block.map((line) => `${clip(line, out.columns || UNKNOWN_WIDTH)}\n`).join(""));
    drawn = block.length;
  };
  const sayMore = () =>
    void out.write(
      lines()
        .map((line) => `${line}\n`)
        .join(""),
    );
  const timer = out.isTTY ? setInterval(draw, REDRAW_MS) : setInterval(sayMore, silenceMs).unref();
  return {
    print(line) {
      erase();
      out.write(`${line}\n`);
      if (!out.isTTY) timer.refresh();
    },
    stop() {
      clearInterval(timer);
      erase();
    },
  };
}

// oxlint-disable-next-line no-control-regex
const COLOUR = /(\u001b\[[0-9;]*m)/;

/** Cuts a line to the terminal's width, so that the block keeps its height; escape sequences count as nothing. */
function clip(line: string, columns: number): string {
  let visible = 0;
  const pieces = line.split(COLOUR);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 1) return piece;
      const room = Math.max(0, columns - 1 - visible);
      visible += piece.length;
      return piece.slice(0, room);
    })
    .join("");
}

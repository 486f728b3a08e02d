/** Lines that stay, and on a terminal a block beneath them that is drawn anew, in place, several times a second. */
export interface LiveBlock {
  /** A line that stays, above the block. */
  print(line: string): void;
  /** Takes the block away, for good. */
  stop(): void;
}

const REDRAW_MS = 150;

/** `lines` says what the block shows now; none for no block. Off a terminal it is never asked. */
export function liveBlock(out: NodeJS.WriteStream, lines: () => readonly string[]): LiveBlock {
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) out.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    const block = lines();
    erase();
    out.write(block.map((line) => `${clip(line, out.columns)}\n`).join(""));
    drawn = block.length;
  };
  const timer = out.isTTY ? setInterval(draw, REDRAW_MS) : undefined;
  return {
    print(line) {
      erase();
      out.write(`${line}\n`);
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
function clip(line: string, columns = 100): string {
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

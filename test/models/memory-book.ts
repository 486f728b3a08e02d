/** An exchange book that forgets with the process. */
import type { Exchange } from "../../src/core/exchange.ts";
import type { ExchangeBook } from "../../src/models/types.ts";

const RECENT = 64;

export interface MemoryBook extends ExchangeBook {
  /** Every exchange that was answered, in the order of the answers. */
  readonly exchanges: readonly Exchange[];
  /** Dollars reserved by calls that were asked and not answered. */
  reserved(): number;
}

/** `spentBefore`: dollars that an earlier session spent. */
export function memoryBook(spentBefore = 0): MemoryBook {
  const exchanges: Exchange[] = [];
  const byKey = new Map<string, Exchange>();
  const open = new Map<number, number>();
  let next = 0;
  return {
    exchanges,
    reserved: () => [...open.values()].reduce((sum, amount) => sum + amount, 0),
    find: (key) => byKey.get(key),
    asked({ reserved }) {
      open.set(next, reserved);
      return next++;
    },
    answered(key, exchange) {
      open.delete(exchange.exchange);
      byKey.set(key, exchange);
      exchanges.push(exchange);
    },
    spent: () => exchanges.reduce((sum, { cost }) => sum + (cost ?? 0), spentBefore),
    recent: () => exchanges.slice(-RECENT),
  };
}

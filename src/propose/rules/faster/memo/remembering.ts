/** The functions that a script gets to remember with, as their text. */

interface Helper {
  /** The first is that of the function to call. */
  readonly names: readonly [string, string];
  readonly text: string;
}

/** With types for TypeScript; where lists and objects may be remembered too, with what freezes them. */
export function helperFor({ isTyped, mayFreeze }: { isTyped: boolean; mayFreeze: boolean }): Helper {
  const names: Helper["names"] = mayFreeze ? ["remembering", "settle"] : ["rememberingPlain", "arePlain"];
  const marked = `${remembering(names[0], mayFreeze)}\n${mayFreeze ? SETTLE : PLAIN}`;
  // What stands between these marks is for TypeScript alone.
  return { names, text: isTyped ? marked.replace(/[⟨⟩]/g, "") : marked.replace(/⟨[^⟩]*⟩/g, "") };
}

const remembering = (name: string, mayFreeze: boolean): string =>
  `/** The same function, which works out once what it gives for the same values. */
function ${name}⟨<Values extends unknown[], Value>⟩(compute⟨: (...values: Values) => Value⟩)⟨: (...values: Values) => Value⟩ {
  const known = new Map⟨<unknown, unknown>⟩();
${mayFreeze ? "  const settled = new WeakSet⟨<object>⟩();\n" : ""}  let size = 0;
  return (...values) => {
    let at = known;
    for (let i = 1; i < compute.length; i++) {
      let next = at.get(values[i])⟨ as Map<unknown, unknown> | undefined⟩;
      if (next === undefined) at.set(values[i], (next = new Map()));
      at = next;
    }
    const found = at.get(values[0]);
    if (found !== undefined) return found⟨ as Value⟩;
    const value = compute(...values);
    if (!${mayFreeze ? "settle([...values, value], settled)" : "arePlain([...values, value])"}) return value;
    at.set(values[0], value);
    if (++size >= 1_000_000) {
      known.clear();
      size = 0;
    }
    return value;
  };
}
`;

const PLAIN = `function arePlain(values⟨: readonly unknown[]⟩)⟨: boolean⟩ {
  return values.every((value) => value === null || (typeof value !== "object" && typeof value !== "function"));
}
`;

/** A set that grows while it is gone through: all that can be reached, circles too. */
const SETTLE = `/** Freezes lists, maps, sets and plain objects, so that a later change of them throws. False, and nothing is frozen, where they hold others. */
function settle(values⟨: readonly unknown[]⟩, settled⟨: WeakSet<object>⟩)⟨: boolean⟩ {
  const found = new Set⟨<unknown>⟩(values);
  for (const one of found) {
    if (typeof one === "function") return false;
    if (typeof one !== "object" || one === null || settled.has(one)) continue;
    const isTable = one instanceof Map || one instanceof Set;
    const isPlain = Array.isArray(one) || [Object.prototype, null].includes(Object.getPrototypeOf(one));
    if (!isTable && !isPlain) return false;
    for (const part of isTable ? [...one.keys(), ...one.values()] : Object.values(one)) found.add(part);
  }
  for (const one of found) {
    if (typeof one !== "object" || one === null || settled.has(one)) continue;
    if (one instanceof Map || one instanceof Set)
      for (const name of ["set", "add", "delete", "clear"]) Object.defineProperty(one, name, { value: undefined });
    settled.add(Object.freeze(one));
  }
  return true;
}
`;

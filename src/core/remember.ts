/**
 * Work done once per object: what follows from an immutable object alone is kept for as long as somebody holds the
 * object. A cache, so it never changes what a call returns.
 */

/** `compute`, remembered by its argument. Contract: `compute` is pure and its argument never changes. */
export function remember<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, compute(key));
    return known.get(key) as Value;
  };
}

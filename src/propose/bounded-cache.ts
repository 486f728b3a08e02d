/**
 * A cache by content: the only state that outlives a proposal, and one that cannot change what is proposed.
 */

/** Remembers the results of the last `limit` keys used. A failed computation is not remembered. */
export function boundedCache<T>(limit: number): (key: string, compute: () => Promise<T>) => Promise<T> {
  const entries = new Map<string, Promise<T>>();
  return (key, compute) => {
    const known = entries.get(key);
    const entry = known ?? compute();
    entries.delete(key);
    entries.set(key, entry);
    if (known === undefined) entry.catch(() => entries.delete(key));
    if (entries.size > limit) entries.delete(entries.keys().next().value as string);
    return entry;
  };
}

import { expect, it } from "vitest";

import { isBroken } from "../../src/judge/is-broken.ts";

const sound = { fresh: 7 };

it.each([
  [{ fresh: 6, failed: 2 }, [sound]],
  [{ fresh: 0, failed: 2 }, [{ fresh: 4 }]],
  [{ fresh: 60, failed: 20 }, [sound, { fresh: 3 }, { fresh: 30, failed: 1 }]],
])("%j fails, after %j", (champion, before) => {
  expect(isBroken(champion, before)).toBe(true);
});

it.each([
  ["never failed", { fresh: 100 }, [sound]],
  ["failed once, as a machine may", { fresh: 0, failed: 1 }, [sound]],
  ["fails seldom", { fresh: 98, failed: 2 }, [sound]],
  ["fails as often as the others", { fresh: 6, failed: 2 }, [{ fresh: 9, failed: 2 }]],
  ["comes after those that nobody ran", { fresh: 1, failed: 2 }, [{ fresh: 0 }]],
])("what %s is not broken", (_, champion, before) => {
  expect(isBroken(champion, before)).toBe(false);
});

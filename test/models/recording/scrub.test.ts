import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { scrubber } from "../../../src/models/recording/scrub.ts";

describe("the scrubber", () => {
  it("replaces the value of every secret-looking variable by its name", () => {
    const scrub = scrubber({
      ANTHROPIC_API_KEY: "abcdefgh-secret",
      GITHUB_TOKEN: "tok-abc$&def",
      DB_PASSWORD: "correct horse battery",
      TOKEN_OF_CI: "abcdefghijkl",
      HOME: "/home/somebody",
    });
    expect(scrub("a abcdefgh-secret b tok-abc$&def c correct horse battery d abcdefghijkl in /home/somebody")).toBe(
      "a [ANTHROPIC_API_KEY] b [GITHUB_TOKEN] c [DB_PASSWORD] d [TOKEN_OF_CI] in /home/somebody",
    );
  });

  it("knows a value without the line end that its variable has", () => {
    expect(scrubber({ MY_API_KEY: " abcdefgh-secret\n" })("Bearer abcdefgh-secret.")).toBe("Bearer [MY_API_KEY].");
  });

  it("leaves nothing of a secret that contains another", () => {
    const scrub = scrubber({ SHORT_KEY: "12345abcde", LONG_KEY: "12345abcde-and-more" });
    expect(scrub("x 12345abcde-and-more y 12345abcde")).toBe("x [LONG_KEY] y [SHORT_KEY]");
  });

  it("leaves numbers, switches and short words alone, which stand in ordinary text", () => {
    const scrub = scrubber({ MAX_TOKENS: "16384000", USE_AUTH: "true", PRIMARY_KEY: "id" });
    expect(scrub("16384000 true id")).toBe("16384000 true id");
  });

  it.each([
    ["sk-ant", "api03", "0123456789abcdef"].join("-"),
    "sk-proj-0123456789abcdefghij",
    "AIzaSyA0123456789abcdefghijklmnopqrstu",
    "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
    "hf_abcdefghijklmnopqrstuvwxyz01",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_X",
  ])("knows the shape of %s", (secret) => {
    expect(scrubber({})(`before ${secret} after`)).toBe("before [secret] after");
  });

  it("knows headers and passwords in addresses", () => {
    const scrub = scrubber({});
    expect(scrub("Authorization: Bearer abcdef0123456789xyz")).toBe("Authorization: Bearer [secret]");
    expect(scrub('{"x-api-key": "abcdef0123456789xyz"}')).toBe('{"x-api-key": "[secret]"}');
    expect(scrub("postgres://me:letmein@db/x")).toBe("postgres://me:[secret]@db/x");
  });

  it("knows the value of a variable in an address, in JSON and in base64 too", () => {
    const value = 'pa/ss "word"? 1';
    const scrub = scrubber({ MY_TOKEN: value });
    const forms = [value, encodeURIComponent(value), JSON.stringify(value), btoa(value)];
    expect(forms.map(scrub)).toEqual([
      "[MY_TOKEN]",
      "[MY_TOKEN]",
      '"[MY_TOKEN]"',
      expect.stringMatching(/^\[MY_TOKEN\]=*$/),
    ]);
  });

  // Each of these once took time in proportion to the square of its length: hours for what a server may answer.
  it.each([
    "sk-",
    "eyJ-",
    "eyJaaaaaaaaa.",
    "a.",
    "a-",
    "xoxb-",
    "e+",
    "bearer ",
    "api-key=",
    "authorization: ",
    "x://a:",
    " ",
  ])(
    "is soon done with a megabyte of %j",
    (unit) => {
      const text = unit.repeat(1_000_000 / unit.length);
      const scrubbed = scrubber({ MY_TOKEN: "abcdefgh12345678" })(text);
      expect(scrubbed === text || scrubbed.includes("[secret]")).toBe(true);
    },
    20_000,
  );

  it("changes no ordinary program", () => {
    const program = [
      "const headers = { authorization: config.authorizationHeader, cookie: parseCookies(text) };",
      "const url = `https://${user}:${password}@${host}/`;",
      'element.className = "sk-loading-indicator-for-the-page";',
      "bearer = makeBearerOfTheRingWithAnotherName(frodo)",
    ].join("\n");
    expect(scrubber({})(program)).toBe(program);
  });

  it("removes any secret from any text, however they are put together", () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 40 })
      // What stands around a value is no part of it.
      .map((text) => text.trim())
      .filter((text) => text.length >= 8 && !/^(\d{1,15}|true|false)$/i.test(text) && !"[THE_SECRET]".includes(text));
    fc.assert(
      fc.property(secret, fc.array(fc.string()), (value, texts) => {
        const scrubbed = scrubber({ THE_SECRET: value })(texts.join(value));
        expect(scrubbed.replaceAll("[THE_SECRET]", "").includes(value) && !texts.join("").includes(value)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

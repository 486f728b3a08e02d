import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { cacheFolder, cachedDataset } from "../../../src/reprogram/data/cache.ts";
import type { OfficialFile } from "../../../src/reprogram/data/official.ts";
import { tar, zip } from "./fixtures.ts";
import { freshFolder } from "../../fresh-folder.ts";

const plain = Buffer.from("all the digits");
const tarball = gzipSync(tar({ "batches/data_batch_1.bin": Buffer.from("one"), "batches/readme.html": plain }));
const zipped = zip(
  {
    "gzip/emnist-byclass-a.gz": { packed: deflateRawSync(Buffer.from("deflated")), method: 8 },
    "gzip/emnist-byclass-b.gz": { packed: Buffer.from("stored"), method: 0 },
    "gzip/emnist-letters-c.gz": { packed: Buffer.from("other"), method: 0 },
  },
  "a comment",
);
const served: Readonly<Record<string, Buffer>> = { "/plain": plain, "/tarball": tarball, "/zipped": zipped };

let server: Server;
let asked: string[] = [];
let folder: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const body = served[request.url ?? ""];
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void server.close());
beforeEach(() => {
  asked = [];
  folder = freshFolder();
});

const url = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const official = (path: string, body: Buffer, more: Partial<OfficialFile> = {}): OfficialFile => ({
  name: path.slice(1),
  sha256: createHash("sha256").update(body).digest("hex"),
  bytes: body.length,
  urls: [url(path)],
  ...more,
});

describe("the cache", () => {
  it("fetches a file once, from the second address when the first has none", async () => {
    const files = [official("/plain", plain, { urls: [url("/gone"), url("/plain")] })];
    const place = await cachedDataset("mnist", { folder, files });
    await cachedDataset("mnist", { folder, files });
    expect(asked).toEqual(["/gone", "/plain"]);
    expect(readFileSync(join(place, "plain"), "utf8")).toBe("all the digits");
  });

  it("keeps the wanted files of an archive, and not the archive", async () => {
    const unpackTar = { kind: "tar.gz", wanted: /\.bin$/ } as const;
    const cifar = await cachedDataset("cifar10", {
      folder,
      files: [official("/tarball", tarball, { unpack: unpackTar })],
    });
    expect(readdirSync(cifar).sort()).toEqual(["complete", "data_batch_1.bin"]);
    const unpackZip = { kind: "zip", wanted: /byclass/ } as const;
    const emnist = await cachedDataset("emnist", {
      folder,
      files: [official("/zipped", zipped, { unpack: unpackZip })],
    });
    expect(readdirSync(emnist).sort()).toEqual(["complete", "emnist-byclass-a.gz", "emnist-byclass-b.gz"]);
    expect(readFileSync(join(emnist, "emnist-byclass-a.gz"), "utf8")).toBe("deflated");
    expect(readFileSync(join(emnist, "emnist-byclass-b.gz"), "utf8")).toBe("stored");
  });

  it("keeps nothing of a file with another checksum", async () => {
    const files = [official("/plain", plain, { sha256: "0".repeat(64) })];
    await expect(cachedDataset("mnist", { folder, files })).rejects.toThrow(
      expect.objectContaining({ code: "data.checksum" }),
    );
    expect(readdirSync(join(folder, "data/mnist"))).toEqual([]);
  });

  it("reads no more of a file than it should be long", async () => {
    const files = [official("/plain", plain, { bytes: 5 })];
    await expect(cachedDataset("mnist", { folder, files })).rejects.toThrow("more than the 5 bytes");
  });

  it("says what to do without a network", async () => {
    const offline = {
      folder,
      files: [official("/plain", plain)],
      fetch: () => Promise.reject(new Error("unreachable")),
    };
    await expect(cachedDataset("mnist", offline)).rejects.toThrow(
      expect.objectContaining({ code: "data.offline", hint: expect.stringMatching("--data") }),
    );
  });

  it("goes on with the files that an interrupted fetch left", async () => {
    const [first, second] = [official("/plain", plain), official("/tarball", tarball)];
    const broken = { ...second, urls: [url("/gone")] };
    await expect(cachedDataset("mnist", { folder, files: [first, broken] })).rejects.toThrow("status 404");
    asked = [];
    await cachedDataset("mnist", { folder, files: [first, second] });
    expect(asked).toEqual(["/tarball"]);
  });

  it("lies where the XDG specification says", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/var/cache/me" })).toBe("/var/cache/me/strop");
    expect(cacheFolder({ XDG_CACHE_HOME: "relative" })).not.toMatch("relative");
  });
});

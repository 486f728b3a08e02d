#!/usr/bin/env node
/** Where the process starts: nothing but a kind word to a Node that is too old for everything else. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `strop: expected Node 22.18 or newer, found ${process.versions.node}\n       install a current Node, or use the one in a project: npm install --save-dev node\n`,
  );
  process.exitCode = 3;
} else {
  const { main } = await import("./program.ts");
  await main();
}

/**
 * The length report: a file of more than 350 lines is usually two. It warns and never fails.
 *
 * @module
 */

import { ROOT, sources } from "./workspace.ts";

const LONG_LINES = 350;

const lengths = await Promise.all((await sources()).map(async (path) => ({
  path,
  lines: (await Deno.readTextFile(ROOT + path)).split("\n").length - 1,
})));
lengths.sort((left, right) => right.lines - left.lines);
for (const { path, lines } of lengths) {
  if (lines > LONG_LINES) console.log(`warning: ${path} has ${lines} lines`);
}
const median = lengths[lengths.length >> 1]?.lines ?? 0;
console.log(`${lengths.length} files, median ${median} lines, longest ${lengths[0]?.lines ?? 0}`);

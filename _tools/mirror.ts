/**
 * The mirror gate: every published source file has its test file.
 *
 * `http2/proto/stream_state.ts` is tested by `tests/http2/stream_state_test.ts`; where two files of a
 * member share a name, the deeper one's test may keep its folders
 * (`tests/server/middleware/cors_test.ts`).
 *
 * @module
 */

import { exists, ROOT, sources } from "./workspace.ts";

/** Files that no unit test can reach, and what covers them instead. */
const EXEMPT: Readonly<Record<string, string>> = {};

/** The paths at which the test of the source file at `path` may be. */
export function testPaths(path: string): string[] {
  const [member, ...rest] = path.replace(/\.ts$/, "_test.ts").split("/");
  return [...new Set([`tests/${member}/${rest.at(-1)}`, `tests/${member}/${rest.join("/")}`])];
}

/** Whether a module does anything when it runs, or only declares types and re-exports. */
export function hasCode(source: string): boolean {
  return /^(?:export\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|const|let|var|enum)\s/m
    .test(source);
}

async function isMirrored(path: string): Promise<boolean> {
  if (path.endsWith("mod.ts") || Object.hasOwn(EXEMPT, path)) return true;
  if (!hasCode(await Deno.readTextFile(ROOT + path))) return true;
  const found = await Promise.all(testPaths(path).map(exists));
  return found.includes(true);
}

if (import.meta.main) {
  const paths = await sources();
  const mirrored = await Promise.all(paths.map(isMirrored));
  const lonely = paths.filter((_, index) => !mirrored[index]);
  for (const path of lonely) {
    console.error(`${path} has no test at ${testPaths(path).join(" or ")}`);
  }
  if (lonely.length > 0) Deno.exit(1);
  console.log(`${paths.length} source files are mirrored`);
}

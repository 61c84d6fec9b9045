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

/** Files, or folders with a slash at the end, without tests of their own; and what covers them. */
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

function isExempt(path: string): boolean {
  return Object.keys(EXEMPT).some((it) => it.endsWith("/") ? path.startsWith(it) : path === it);
}

async function isMirrored(path: string): Promise<boolean> {
  if (path.endsWith("mod.ts") || isExempt(path)) return true;
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

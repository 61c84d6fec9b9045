/**
 * The words gate: no file names a place that only one machine has.
 *
 * @module
 */

import { files, ROOT } from "./workspace.ts";

/** A text that must not occur. */
export interface ForbiddenWord {
  /** What to look for in each line. */
  readonly pattern: RegExp;
  /** Why it is refused. */
  readonly why: string;
  /** The only files it concerns; all of them if left out. */
  readonly within?: RegExp;
}

/** What must not occur in the repository. Extend it as needed. */
export const FORBIDDEN: readonly ForbiddenWord[] = [
  { pattern: /(?<![\w.\-])\/(?:work|root|home|Users)\//, why: "a folder of one machine" },
  {
    pattern: /(?<![\w.\-])\/tmp\//,
    why: "a shared folder: use Deno.makeTempDir",
    within: /^(?!examples\/)/,
  },
  { pattern: /\bregistry\.[a-z]+\w*\.(?:org|com|io|cloud)\b/, why: "a registry's host name" },
  { pattern: /\w:\/\//, why: "an address in a lock file", within: /(?:^|\/)deno\.lock$/ },
  { pattern: /^(?:<{7}|>{7}|={7})(?:\s|$)/, why: "a merge conflict" },
  {
    pattern: /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----(?:\\n|\s*$)/,
    why: "a private key",
    within: /^(?!tests\/)/,
  },
];

/** What is forbidden in `text`, as `path:line: why: the line`. */
export function forbiddenWords(path: string, text: string): string[] {
  const words = FORBIDDEN.filter(({ within }) => within === undefined || within.test(path));
  return text.split("\n").flatMap((line, index) =>
    words.filter(({ pattern }) => pattern.test(line)).map(({ why }) =>
      `${path}:${index + 1}: ${why}: ${line.trim().slice(0, 120)}`
    )
  );
}

if (import.meta.main) {
  const own = ["_tools/words.ts", "tests/tools/words_test.ts"];
  const paths = (await files(".", "")).filter((path) => !own.includes(path));
  const found = await Promise.all(
    paths.map(async (path) => forbiddenWords(path, await Deno.readTextFile(ROOT + path))),
  );
  for (const line of found.flat()) console.error(line);
  if (found.flat().length > 0) Deno.exit(1);
  console.log(`${paths.length} files are clean`);
}

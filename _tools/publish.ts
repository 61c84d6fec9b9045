/**
 * The publish gate: `deno publish --dry-run` for every member.
 *
 * The root is itself a package, so a dry run there sees the root only: hence one run in each folder.
 * It checks for slow types, imports that leave the package, and a list of files with nothing foreign.
 *
 * @module
 */

import { deno, members, UNPUBLISHED } from "./workspace.ts";

let failed = false;
const all = await members();
const foreign = [...UNPUBLISHED, ...all.map(({ folder }) => folder).filter((it) => it !== ".")];
for (const { name, folder } of all) {
  const { success, output } = await deno({
    args: ["publish", "--dry-run", "--allow-dirty"],
    folder,
  });
  const listed = [...output.matchAll(/^ +(file:\/\/\S+) \(/gm)].map((match) => match[1]);
  const stray = folder === "."
    ? listed.filter((url) => foreign.some((it) => url.includes(`/${it}/`)))
    : [];
  if (!success) console.error(`${name}\n${output}`);
  for (const url of stray) console.error(`${name} would publish ${url}`);
  failed ||= !success || stray.length > 0;
  if (success) console.log(`${name}: ${listed.length} files`);
}
if (failed) Deno.exit(1);

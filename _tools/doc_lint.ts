/**
 * The documentation gate: `deno doc --lint` over what every member exports.
 *
 * All exports go into one run, for a type that another member exports is public: alone, a member
 * would have to re-export it.
 *
 * @module
 */

import { deno, members } from "./workspace.ts";

const all = await members();
const entrypoints = all.flatMap(({ exports }) => [...exports.values()]);
const { success, output } = await deno({ args: ["doc", "--lint", ...entrypoints] });
if (!success) {
  console.error(output);
  Deno.exit(1);
}
console.log(`${entrypoints.length} entry points of ${all.length} packages are documented`);

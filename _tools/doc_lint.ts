/**
 * The documentation gate: `deno doc --lint` over what each member exports.
 *
 * @module
 */

import { deno, members } from "./workspace.ts";

let failed = false;
for (const { name, exports } of await members()) {
  const { success, output } = await deno({ args: ["doc", "--lint", ...exports.values()] });
  if (!success) console.error(`${name}\n${output}`);
  failed ||= !success;
}
if (failed) Deno.exit(1);
console.log("Every export is documented");

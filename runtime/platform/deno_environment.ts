/**
 * The variables of the process, on Deno.
 *
 * @module
 */

import type { Environment } from "../ports/environment.ts";

/** Reads what may be read, and never asks for more. */
export class DenoEnvironment implements Environment {
  /** See {@linkcode Environment.get}. */
  get(name: string): string | undefined {
    const { state } = Deno.permissions.querySync({ name: "env", variable: name });
    return state === "granted" ? Deno.env.get(name) : undefined;
  }
}

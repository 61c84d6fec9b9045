/**
 * What every server answers with, the same for all.
 *
 * @module
 */

/** The hello. */
export const HELLO = "Hello, World!";

/** An object whose JSON text has 17 bytes. */
export const SMALL = { hello: "world" };

/** An object whose JSON text has 1,024 bytes. */
export const RECORD = record();

/** One mebibyte. */
export const LARGE = new Uint8Array(1024 * 1024).fill(0x78);

/** @returns {{ id: number, name: string, tags: string[], notes: string }} */
function record() {
  const value = { id: 12345, name: "benchmark", tags: ["http", "deno"], notes: "" };
  value.notes = "x".repeat(1024 - JSON.stringify(value).length);
  return value;
}

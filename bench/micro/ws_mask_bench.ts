/**
 * Masking: byte by byte against ours, which takes eight at a time where that pays.
 *
 * @module
 */

import { mask } from "../../ws/proto/mask.ts";

const KEY = 0x37_fa_21_3d;

function bytewise(bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; at++) bytes[at] ^= KEY >>> (((at - start) & 3) << 3);
}

for (const size of [16, 64, 256, 384, 1024, 16 * 1024, 64 * 1024]) {
  // Off by three: nothing on the wire is aligned.
  const bytes = new Uint8Array(size + 3);
  const times = Math.max(1, Math.floor(16 * 1024 / size));
  const group = `${size} bytes × ${times}`;

  Deno.bench(`byte by byte, ${group}`, { group, baseline: true }, () => {
    for (let index = 0; index < times; index++) bytewise(bytes, 3, bytes.length);
  });

  Deno.bench(`ours, ${group}`, { group }, () => {
    for (let index = 0; index < times; index++) mask(bytes, 3, bytes.length, KEY);
  });
}

/**
 * A body that is written to a file.
 *
 * @module
 */

import type { Files } from "@avx/runtime/ports/files";
import type { BodySource } from "@avx/semantics/body-source";
import { BodyTooLargeError } from "@avx/semantics/errors";

/** How a body is written to a file. */
export interface ToFileOptions {
  /**
   * Whether a file of that name is replaced; otherwise it rejects with the platform's error.
   *
   * @default {true}
   */
  readonly overwrite?: boolean;
  /**
   * Reject with `BodyTooLargeError`, and leave no file, beyond so many bytes.
   *
   * @default {Infinity}
   */
  readonly maxBytes?: number;
}

/**
 * Writes a body to a file, as fast as the file takes it. The file has its name once it is complete,
 * and none is left where it does not come to that.
 *
 * @returns How many bytes were written.
 */
export async function downloadTo(
  path: string,
  source: BodySource,
  options: ToFileOptions,
  files: Files,
): Promise<number> {
  const { overwrite = true, maxBytes = Infinity } = options;
  // One that must be new takes its name at once, so that no other can take it meanwhile.
  const written = overwrite ? `${path}.${crypto.randomUUID()}.part` : path;
  try {
    const length = await write(written, source, { isNew: true, maxBytes }, files);
    if (overwrite) await rename(written, path, files);
    return length;
  } catch (error) {
    source.cancel(error);
    throw error;
  }
}

async function write(
  path: string,
  source: BodySource,
  { isNew, maxBytes }: { readonly isNew: boolean; readonly maxBytes: number },
  files: Files,
): Promise<number> {
  const file = await files.create(path, { isNew });
  let length = 0;
  try {
    for (;;) {
      const pulled = source.pull();
      const chunk = pulled instanceof Promise ? await pulled : pulled;
      if (chunk === undefined) break;
      length += chunk.length;
      if (length > maxBytes) throw new BodyTooLargeError(maxBytes);
      await file.write(chunk);
      source.release?.(chunk);
    }
    await file.close();
    return length;
  } catch (error) {
    // What went wrong first is what the caller hears of.
    await file.close().catch(ignore);
    await files.remove(path).catch(ignore);
    throw error;
  }
}

async function rename(from: string, to: string, files: Files): Promise<void> {
  try {
    await files.rename(from, to);
  } catch (error) {
    await files.remove(from).catch(ignore);
    throw error;
  }
}

function ignore(): void {}

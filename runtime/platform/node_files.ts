/**
 * Files by `node:fs`, which Deno carries.
 *
 * @module
 */

import { open, rename, unlink } from "node:fs/promises";
import type { CreateFileOptions, Files, FileSink } from "../ports/files.ts";

/** The files of `node:fs`. */
export class NodeFiles implements Files {
  /** See {@linkcode Files.create}. */
  async create(path: string, options: CreateFileOptions): Promise<FileSink> {
    const file = await open(path, options.isNew ? "wx" : "w");
    return {
      async write(bytes: Uint8Array): Promise<void> {
        for (let at = 0; at < bytes.length;) {
          at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
        }
      },
      close: () => file.close(),
    };
  }

  /** See {@linkcode Files.rename}. */
  rename(from: string, to: string): Promise<void> {
    return rename(from, to);
  }

  /** See {@linkcode Files.remove}. */
  remove(path: string): Promise<void> {
    return unlink(path);
  }
}

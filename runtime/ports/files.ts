/**
 * The files port: as much of a file system as a download needs.
 *
 * @module
 */

/**
 * A file that is being written.
 *
 * @example One that forgets everything
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { FileSink } from "@avx/runtime/ports/files";
 *
 * let length = 0;
 * const sink: FileSink = {
 *   write: (bytes) => Promise.resolve(void (length += bytes.length)),
 *   close: () => Promise.resolve(),
 * };
 * await sink.write(new Uint8Array(3));
 * await sink.close();
 * assertEquals(length, 3);
 * ```
 */
export interface FileSink {
  /** Writes all of `bytes`, which may be used again once the promise settles. One at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends it. */
  close(): Promise<void>;
}

/**
 * How a file is made.
 *
 * @example Only where there is none
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { CreateFileOptions } from "@avx/runtime/ports/files";
 *
 * const options: CreateFileOptions = { isNew: true };
 * assertEquals(options.isNew, true);
 * ```
 */
export interface CreateFileOptions {
  /** Whether it fails where there is a file already; otherwise that is overwritten. */
  readonly isNew: boolean;
}

/**
 * A platform's files. All of it rejects with the platform's own errors, which have the system's
 * `code`, such as `ENOENT`.
 *
 * @example Where to write to
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Files } from "@avx/runtime/ports/files";
 *
 * const written: string[] = [];
 * const files: Files = {
 *   create: (path) => {
 *     written.push(path);
 *     return Promise.resolve({ write: () => Promise.resolve(), close: () => Promise.resolve() });
 *   },
 *   rename: () => Promise.resolve(),
 *   remove: () => Promise.resolve(),
 * };
 * await files.create("a.txt", { isNew: false });
 * assertEquals(written, ["a.txt"]);
 * ```
 */
export interface Files {
  /** Makes a file and opens it. */
  create(path: string, options: CreateFileOptions): Promise<FileSink>;
  /** Gives a file another name, in the place of one that has it. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
}

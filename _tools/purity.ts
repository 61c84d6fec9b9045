/**
 * The purity gate: protocol cores and what they stand on know no clock, no network and no console.
 *
 * Every pure file is type-checked with `"lib": ["esnext"]`, so that `Deno`, `fetch`, `setTimeout`,
 * `console` and `performance` are unknown names in it and in all that it imports.
 *
 * @module
 */

import { deno, members, ROOT, sources } from "./workspace.ts";

/** Folders and files that are pure, as prefixes of paths. */
const PURE: readonly string[] = [
  "runtime/",
  "semantics/",
  "http1/proto/",
  "http2/proto/",
  "http2/hpack/",
  "http2/frame/",
  "http3/proto/",
  "http3/qpack/",
  "ws/proto/",
  "client/pool_claims.ts",
  "client/pool_doubts.ts",
  "client/pool_guests.ts",
  "client/pool_line.ts",
  "client/pool_place.ts",
  "client/pool_room.ts",
  "client/pool_slot.ts",
  "client/pool_state.ts",
];

/** What within those is not, and why. */
const IMPURE: Readonly<Record<string, string>> = {
  "runtime/mod.ts": "re-exports the platform",
  "runtime/platform/": "is the platform",
  "runtime/memory/": "stands in for the platform",
  "semantics/mod.ts": "re-exports the Web bridge",
  "semantics/web/": "is the Web bridge",
  "semantics/serving/": "joins handlers and connections",
  "semantics/handler.ts": "names Request and Response",
  "semantics/compose.ts": "names Request and Response",
};

/** Web types that pure code may name in a signature; it still cannot make one. */
const AMBIENT = `interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
  throwIfAborted(): void;
}
`;

/** Whether the source file at `path`, relative to the root, has to be pure. */
export function isPure(path: string): boolean {
  return PURE.some((prefix) => path.startsWith(prefix)) &&
    !Object.keys(IMPURE).some((prefix) => path.startsWith(prefix));
}

/**
 * Type-checks files as pure code.
 *
 * @param paths Absolute paths.
 * @returns What the type checker says; `undefined` if all is well.
 */
export async function impurities(paths: readonly string[]): Promise<string | undefined> {
  const folder = await Deno.makeTempDir({ prefix: "avx_purity_" });
  try {
    await Deno.writeTextFile(`${folder}/ambient.d.ts`, AMBIENT);
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(await pureConfig()));
    const { success, output } = await deno({
      args: ["check", "--no-lock", "--config", `${folder}/deno.json`, ...paths],
    });
    return success ? undefined : output.replace(/^Check .*\n/gm, "").replaceAll(ROOT, "");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function pureConfig(): Promise<unknown> {
  const imports: Record<string, string> = {};
  for (const member of await members()) {
    for (const [path, file] of member.exports) {
      imports[member.name + path.slice(1)] = `file://${ROOT}${file}`;
    }
  }
  return {
    imports,
    compilerOptions: { strict: true, lib: ["esnext"], types: ["./ambient.d.ts"] },
  };
}

if (import.meta.main) {
  const paths = (await sources()).filter(isPure);
  const found = await impurities(paths.map((path) => ROOT + path));
  if (found !== undefined) {
    console.error(found);
    Deno.exit(1);
  }
  console.log(`${paths.length} files are pure`);
}

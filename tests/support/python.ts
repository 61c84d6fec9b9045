/**
 * Python with packages: in the environment that CI makes, or whatever `python3` is.
 *
 * ```sh
 * python3 -m venv ~/.cache/avx/python
 * ~/.cache/avx/python/bin/pip install h2 hpack 'httpx[http2]' websockets
 * ```
 *
 * @module
 */

import { findProgram, runProgram } from "./programs.ts";

/** The full path of a Python that has all of these modules; empty where none has. */
export async function pythonWith(...modules: readonly string[]): Promise<string> {
  for (const python of [cached(), findProgram("python3")]) {
    if (python === undefined) continue;
    const { code } = await runProgram(python, ["-c", `import ${modules.join(", ")}`]);
    if (code === 0) return python;
  }
  return "";
}

function cached(): string | undefined {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;
  const path = `${cache}/avx/python/bin/python3`;
  try {
    return Deno.statSync(path).isFile ? path : undefined;
  } catch {
    return undefined;
  }
}

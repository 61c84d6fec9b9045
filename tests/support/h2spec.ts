/**
 * h2spec, the conformance suite of HTTP/2: where it is, and what it has to say.
 *
 * @module
 */

import { findProgram, runProgram } from "./programs.ts";

/** Where h2spec is; empty where it is not. `go install` puts it into one of these folders. */
export const H2SPEC: string = findProgram("h2spec") ?? installed() ?? "";

function installed(): string | undefined {
  const home = Deno.env.get("HOME") ?? "";
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${home}/.cache`;
  const folders = [`${cache}/avx/bin`, Deno.env.get("GOBIN"), `${home}/go/bin`];
  for (const folder of folders) {
    try {
      if (folder && Deno.statSync(`${folder}/h2spec`).isFile) return `${folder}/h2spec`;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** What a run came to. */
export interface H2specResult {
  /** How many cases passed. */
  readonly passed: number;
  /** How many were skipped. */
  readonly skipped: number;
  /** What failed, a case a line, with the section and what came. */
  readonly failures: string[];
}

/** Runs all cases against a server on this machine. */
export async function runH2spec(
  port: number,
  options: { readonly tls?: boolean } = {},
): Promise<H2specResult> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const target = ["-h", "127.0.0.1", "-p", String(port), "-o", "5"];
    const args = ["-S", "-j", report, ...target, ...(options.tls ? ["-t", "-k"] : [])];
    await runProgram(H2SPEC, args, { timeoutMs: 180_000 });
    return readReport(await Deno.readTextFile(report));
  } finally {
    await Deno.remove(report);
  }
}

/** Reads a report in JUnit's form. */
function readReport(xml: string): H2specResult {
  let [passed, skipped] = [0, 0];
  const failures: string[] = [];
  for (const [, attributes, content = ""] of xml.matchAll(CASE)) {
    if (content.includes("<skipped")) skipped++;
    else if (content.includes("<failure") || content.includes("<error")) {
      const name = /package="([^"]*)"/.exec(attributes)?.[1] ?? "";
      const title = /classname="([^"]*)"/.exec(attributes)?.[1] ?? "";
      failures.push(`${name} ${title}: ${content.replace(/<[^>]*>/g, " ").trim()}`);
    } else passed++;
  }
  return { passed, skipped, failures };
}

const CASE = /<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs;

import { HpackEncoder } from "@avx/http2/hpack";
import { assert, assertEquals } from "../../support/assert.ts";
import { findProgram, outputOf } from "../../support/programs.ts";
import { pythonWith } from "../../support/python.ts";
import { decoded, newDecoder, toHex, written } from "./blocks.ts";
import { encoders, noStories, stories, type Story } from "./stories.ts";

/** Wire bytes by bytes of names and values: what nghttp2 reaches over the corpus. */
const NGHTTP2_RATIO = 0.310;

/** Our own encoding of a story: a block for each list. */
function ourBlocks(story: Story): Uint8Array[] {
  const encoder = new HpackEncoder();
  return story.cases.map(({ fields }) => written((out) => encoder.encode(fields, out)));
}

for (const encoder of noStories ? ["nghttp2"] : encoders()) {
  Deno.test(
    `hpack stories: what ${encoder} encoded is decoded exactly`,
    { ignore: noStories },
    () => {
      let count = 0;
      for (const { name, cases } of stories(encoder)) {
        const decoder = newDecoder();
        for (const [at, { block, fields, tableBytes }] of cases.entries()) {
          if (tableBytes !== undefined) decoder.setMaxTableBytes(tableBytes);
          const { fields: actual, failure } = decoded(decoder, block);
          // A few values begin or end with a blank, which their lists have nevertheless.
          assert(failure === undefined || failure.kind === "field", `${name} ${at}`);
          assertEquals([name, at, actual], [name, at, fields]);
          count++;
        }
      }
      assert(count > 3000);
    },
  );
}

Deno.test("hpack stories: what we encode we decode exactly", { ignore: noStories }, () => {
  for (const story of stories("raw-data")) {
    const decoder = newDecoder();
    for (const [at, block] of ourBlocks(story).entries()) {
      assertEquals(decoded(decoder, block).fields, [...story.cases[at].fields]);
    }
  }
});

Deno.test("hpack stories: we compress within 2 % of nghttp2", { ignore: noStories }, () => {
  let wireBytes = 0;
  let textBytes = 0;
  for (const story of stories("raw-data")) {
    for (const block of ourBlocks(story)) wireBytes += block.length;
    for (const { fields } of story.cases) {
      textBytes += fields.reduce((sum, text) => sum + text.length, 0);
    }
  }
  const ratio = wireBytes / textBytes;
  console.log(`${wireBytes} of ${textBytes} bytes: ratio ${ratio.toFixed(4)}`);
  assert(ratio <= NGHTTP2_RATIO * 1.02, `ratio ${ratio}`);
});

const python = await pythonWith("hpack");
const noPython = noStories || python === "";

Deno.test(
  "hpack stories: Python's hpack decodes what we encode",
  { ignore: noPython },
  async () => {
    const all = stories("raw-data");
    const input = JSON.stringify(all.map((story) => ourBlocks(story).map(toHex)));
    const output = await outputOf(python, [program("decode.py")], { input, timeoutMs: 60_000 });
    const lists = JSON.parse(output) as string[][][];
    for (const [at, { name, cases }] of all.entries()) {
      assertEquals([name, lists[at]], [name, cases.map(({ fields }) => [...fields])]);
    }
  },
);

const node = findProgram("node") ?? "";
const noNode = noStories || node === "";

Deno.test(
  "hpack stories: Node's http2 decodes the requests we encode",
  { ignore: noNode },
  async () => {
    const all = stories("raw-data").map(withoutConnection).filter(({ cases }) =>
      cases[0].fields[0] === ":method"
    );
    const input = JSON.stringify(all.map((story) => ourBlocks(story).map(toHex)));
    const output = await outputOf(node, [program("decode.mjs")], { input, timeoutMs: 60_000 });
    const lists = JSON.parse(output) as (string[] | null)[][];
    let count = 0;
    for (const [at, { name, cases }] of all.entries()) {
      for (const [index, { fields }] of cases.entries()) {
        const list = lists[at][index];
        if (list === null) continue; // Node refuses it for what it says, such as a content-length
        assertEquals([name, index, list], [name, index, [...fields]]);
        count++;
      }
    }
    assert(count > 300, `${count} requests`);
  },
);

/** The stories are HTTP/1.1's: as requests of HTTP/2 they would be malformed. */
function withoutConnection(story: Story): Story {
  const cases = story.cases.map((each) => {
    const at = each.fields.indexOf("connection");
    return at < 0 ? each : { ...each, fields: each.fields.toSpliced(at, 2) };
  });
  return { ...story, cases };
}

function program(name: string): string {
  return decodeURIComponent(new URL(`./programs/${name}`, import.meta.url).pathname);
}

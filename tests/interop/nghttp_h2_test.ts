import { text } from "@avx/semantics/web";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { findProgram, outputOf, runProgram } from "../support/programs.ts";
import { assertSameBytes, pattern, SIZES } from "../support/sample_bytes.ts";
import { sampleHandler } from "../support/sample_handler.ts";
import { serving, servingTls } from "../support/serving.ts";

const nghttp = findProgram("nghttp") ?? "";
const ignore = nghttp === "";

Deno.test("nghttp: responses of every size arrive whole", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    for (const size of SIZES) {
      const { bytes, code } = await runProgram(nghttp, [`${origin}/bytes/${size}`]);
      assertEquals(code, 0);
      assertSameBytes(bytes, pattern(size));
    }
  });
});

Deno.test("nghttp: an upload with trailers and padding comes back whole", { ignore }, async () => {
  let trailers: Promise<Headers> | undefined;
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, pattern(1_048_576));
    await serving((request, info) => {
      trailers = info.trailers;
      return sampleHandler(request, info);
    }, async ({ origin }) => {
      const args = ["-d", file, "--padding=255", "--trailer", "x-sum: 42", `${origin}/echo`];
      const { bytes } = await runProgram(nghttp, args);
      assertSameBytes(bytes, pattern(1_048_576));
      assertEquals((await trailers!).get("x-sum"), "42");
    });
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("nghttp: an early answer to a large upload arrives", { ignore }, async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, pattern(5 * 1024 * 1024));
    await serving(sampleHandler, async ({ origin }) => {
      assertEquals((await runProgram(nghttp, ["-d", file, `${origin}/deny`])).stdout, "denied");
    });
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("nghttp: small windows slow a response down and lose nothing", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const { bytes } = await runProgram(nghttp, [
      "-w",
      "10",
      "-W",
      "12",
      `${origin}/stream/1048576`,
    ]);
    assertSameBytes(bytes, pattern(1_048_576));
  });
});

Deno.test("nghttp: what is asked for with its priorities is all answered", { ignore }, async () => {
  const priorities: (string | null)[] = [];
  await serving((request) => {
    priorities.push(request.headers.get("priority"));
    return text("x".repeat(100_000));
  }, async ({ origin }) => {
    // Weights and dependencies (RFC 7540) are parsed and ignored, the field is RFC 9218's.
    const fields = ["-H", "priority: u=1, i", "--weight=256"];
    const args = ["-n", "-s", "-m", "20", ...fields, origin];
    const printed = await outputOf(nghttp, args);
    assertEquals(printed.match(/ 200 +97K \//g)?.length, 20);
  });
  assertEquals(priorities, Array(20).fill("u=1, i"));
});

Deno.test("nghttp: every frame is as the RFC says", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const printed = await outputOf(nghttp, ["-v", "-n", `${origin}/bytes/20000`]);
    assertStringIncludes(printed, "recv SETTINGS frame");
    assertStringIncludes(printed, ":status: 200");
    assertStringIncludes(printed, "; END_STREAM");
    assert(!/[^O]_ERROR|invalid|RST_STREAM/.test(printed), printed);
  });
});

for (const backend of ["node", "deno"] as const) {
  Deno.test(`nghttp: HTTP/2 by ALPN with the ${backend} back end`, { ignore }, async () => {
    await servingTls(backend, sampleHandler, async ({ origin }) => {
      const { bytes } = await runProgram(nghttp, [`${origin}/bytes/1048576`]);
      assertSameBytes(bytes, pattern(1_048_576));
    });
  });
}

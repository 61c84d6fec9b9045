import type { ServeTlsOptions } from "@avx/server";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { CA_CERT } from "../support/certificates.ts";
import { findProgram, outputOf, runProgram } from "../support/programs.ts";
import { assertSameBytes, pattern, SIZES } from "../support/sample_bytes.ts";
import { nativeSampleHandler, sampleHandler } from "../support/sample_handler.ts";
import { serving, servingTls } from "../support/serving.ts";

const curl = findProgram("curl") ?? "";
const ignore = curl === "" || !(await outputOf(curl, ["--version"])).includes("HTTP2");
const quiet = ["--silent", "--show-error", "--max-time", "15", "--http2-prior-knowledge"];

Deno.test("curl over HTTP/2: every method arrives as it was sent", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "X-Own"]) {
      const answer = await outputOf(curl, [...quiet, "-X", method, `${origin}/request`]);
      assertEquals(JSON.parse(answer).method, method);
    }
  });
});

Deno.test("curl over HTTP/2: HEAD has the length of GET and no body", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const head = await outputOf(curl, [...quiet, "--head", `${origin}/bytes/1234`]);
    assertStringIncludes(head, "HTTP/2 200 \r\n");
    assertStringIncludes(head, "content-length: 1234\r\n");
    assert(head.endsWith("\r\n\r\n"));
  });
});

for (const [lane, handler] of [["fast", sampleHandler], ["native", nativeSampleHandler]] as const) {
  for (const route of ["bytes", "stream"]) {
    Deno.test(
      `curl over HTTP/2: every size arrives whole, ${lane} /${route}`,
      { ignore },
      async () => {
        await serving(handler, async ({ origin }) => {
          for (const size of SIZES) {
            const { bytes, code } = await runProgram(curl, [
              ...quiet,
              `${origin}/${route}/${size}`,
            ]);
            assertEquals(code, 0);
            assertSameBytes(bytes, pattern(size));
          }
        });
      },
    );
  }
}

for (const kind of [["--data-binary", "@-"], ["-X", "POST", "-T", "-"]]) {
  const how = kind.length === 2 ? "with a length" : "without a length";
  Deno.test(`curl over HTTP/2: uploads ${how} come back whole`, { ignore }, async () => {
    await serving(sampleHandler, async ({ origin }) => {
      for (const size of SIZES) {
        const args = [...quiet, ...kind, `${origin}/echo`];
        const { bytes, code } = await runProgram(curl, args, { input: pattern(size) });
        assertEquals(code, 0);
        assertSameBytes(bytes, pattern(size));
      }
    });
  });
}

Deno.test("curl over HTTP/2: trailers and interim responses arrive", { ignore }, async () => {
  await serving((_request, info) => {
    info.informational(103, { link: "</style.css>; rel=preload" });
    info.setTrailers({ "x-sum": "42" });
    return new Response("body");
  }, async ({ origin }) => {
    const all = await outputOf(curl, [...quiet, "-i", origin]);
    assertStringIncludes(all, "HTTP/2 103 \r\nlink: </style.css>; rel=preload\r\n");
    assertStringIncludes(all, "HTTP/2 200 \r\n");
    // curl appends trailers to the header section it prints, in the order in which they come.
    assertStringIncludes(all, "bodyx-sum: 42\r\n");
  });
});

Deno.test("curl over HTTP/2: an early answer to an upload arrives", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    // Beyond what is drained, curl 7.88 takes the reset behind the answer for a failure.
    const args = [...quiet, "--data-binary", "@-", `${origin}/deny`];
    const { stdout } = await runProgram(curl, args, { input: pattern(200_000) });
    assertEquals(stdout, "denied");
  });
});

Deno.test("curl over HTTP/2: 204 and 304 have no body", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    for (const status of [204, 304]) {
      const head = await outputOf(curl, [...quiet, "-i", `${origin}/status/${status}`]);
      assertStringIncludes(head, `HTTP/2 ${status} `);
      assert(head.endsWith("\r\n\r\n"));
    }
  });
});

Deno.test(
  "curl: an upgrade to h2c is not taken, and answered in HTTP/1.1",
  { ignore },
  async () => {
    await serving(sampleHandler, async ({ origin }) => {
      const args = ["--silent", "--max-time", "15", "--http2", "-i", `${origin}/`];
      // RFC 9113 §3.1 has done away with it.
      assertStringIncludes(await outputOf(curl, args), "HTTP/1.1 200 OK\r\n");
    });
  },
);

for (const backend of ["node", "deno"] satisfies ServeTlsOptions["backend"][]) {
  Deno.test(`curl: HTTP/2 by ALPN with the ${backend} back end`, { ignore }, async () => {
    const caFile = await Deno.makeTempFile({ suffix: ".pem" });
    try {
      await Deno.writeTextFile(caFile, CA_CERT);
      await servingTls(backend, sampleHandler, async ({ origin }) => {
        const args = [
          "--silent",
          "--show-error",
          "--max-time",
          "15",
          "--http2",
          "--cacert",
          caFile,
        ];
        const version = ["-w", " %{http_version}"];
        assertEquals(await outputOf(curl, [...args, ...version, `${origin}/`]), "hello 2");
        const upload = [...args, "--data-binary", "@-", `${origin}/echo`];
        const { bytes } = await runProgram(curl, upload, { input: pattern(5 * 1024 * 1024) });
        assertSameBytes(bytes, pattern(5 * 1024 * 1024));
        const { url } = JSON.parse(await outputOf(curl, [...args, `${origin}/request`]));
        assertEquals(url, `${origin}/request`);
        // With prior knowledge, curl 7.88 cannot use a connection twice.
        const urls = [`${origin}/`, `${origin}/bytes/70000`, `${origin}/stream/70000`];
        const outputs = urls.flatMap(() => ["-o", "/dev/null"]);
        const connects = ["-w", "%{http_version} %{num_connects}, "];
        assertEquals(
          await outputOf(curl, [...args, ...outputs, ...connects, ...urls]),
          "2 1, 2 0, 2 0, ",
        );
        const many = [...args, "-Z", "--parallel-max", "50", "-o", "/dev/null"];
        const codes = ["-w", "%{http_version} %{http_code}\n"];
        const lines = await outputOf(curl, [...many, ...codes, `${origin}/bytes/[1-200]`]);
        assertEquals(lines.trim().split("\n"), Array(200).fill("2 200"));
        const old = [...args, "--http1.1", ...version, `${origin}/`];
        assertEquals(await outputOf(curl, old), "hello 1.1");
      });
    } finally {
      await Deno.remove(caFile);
    }
  });
}

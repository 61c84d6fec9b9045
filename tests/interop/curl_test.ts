import type { ServeTlsOptions } from "@avx/server";
import { serve } from "@avx/server";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { CA_CERT } from "../support/certificates.ts";
import { within } from "../support/deadline.ts";
import { findProgram, outputOf, runProgram } from "../support/programs.ts";
import { assertSameBytes, pattern, SIZES } from "../support/sample_bytes.ts";
import { sampleHandler } from "../support/sample_handler.ts";
import { serving, servingTls } from "../support/serving.ts";

const curl = findProgram("curl") ?? "";
const ignore = curl === "";
const quiet = ["--silent", "--show-error", "--max-time", "15"];

Deno.test("curl: every method arrives as it was sent", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const methods = [
      "GET",
      "POST",
      "PUT",
      "PATCH",
      "DELETE",
      "OPTIONS",
      "TRACE",
      "PROPFIND",
      "X-Own",
    ];
    for (const method of methods) {
      const answer = await outputOf(curl, [...quiet, "-X", method, `${origin}/request`]);
      assertEquals(JSON.parse(answer).method, method);
    }
  });
});

Deno.test("curl: HEAD has the length of GET and no body", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const heads = await outputOf(curl, [...quiet, "--head", `${origin}/bytes/1234`, `${origin}/`]);
    assertStringIncludes(heads, "HTTP/1.1 200 OK\r\n");
    assertStringIncludes(heads.toLowerCase(), "content-length: 1234\r\n");
    assertStringIncludes(heads.toLowerCase(), "content-length: 5\r\n");
    assert(!heads.includes("hello"));
  });
});

for (const route of ["bytes", "stream"]) {
  Deno.test(`curl: responses of every size arrive whole from /${route}`, { ignore }, async () => {
    await serving(sampleHandler, async ({ origin }) => {
      for (const size of SIZES) {
        const { bytes, code } = await runProgram(curl, [...quiet, `${origin}/${route}/${size}`]);
        assertEquals(code, 0);
        assertSameBytes(bytes, pattern(size));
      }
    });
  });
}

Deno.test("curl: uploads of every size come back whole", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    for (const size of SIZES) {
      const args = [...quiet, "--data-binary", "@-", `${origin}/echo`];
      const { bytes } = await runProgram(curl, args, { input: pattern(size) });
      assertSameBytes(bytes, pattern(size));
    }
  });
});

Deno.test("curl: chunked uploads of every size come back whole", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    for (const size of SIZES) {
      const args = [...quiet, "-X", "POST", "-T", "-", `${origin}/echo`];
      const { bytes } = await runProgram(curl, args, { input: pattern(size) });
      assertSameBytes(bytes, pattern(size));
    }
    const args = [...quiet, "-X", "POST", "-T", "-", `${origin}/request`];
    const { headers, body } = JSON.parse(await outputOf(curl, args, { input: "hello" }));
    assertEquals([headers["transfer-encoding"], headers["content-length"]], ["chunked", undefined]);
    assertEquals(body, "hello");
  });
});

Deno.test("curl: 100 Continue is sent when the body is read", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const args = [...quiet, "-v", "-H", "Expect: 100-continue", "--expect100-timeout", "10"];
    const { stdout, stderr } = await runProgram(curl, [...args, "-d", "hello", `${origin}/echo`]);
    assertStringIncludes(stderr, "< HTTP/1.1 100 Continue");
    assertEquals(stdout, "hello");
  });
});

Deno.test("curl: 100 Continue is not sent when the body is not read", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const args = [...quiet, "-v", "-H", "Expect: 100-continue", "--expect100-timeout", "10"];
    const { stdout, stderr } = await runProgram(curl, [...args, "-d", "hello", `${origin}/deny`]);
    assert(!stderr.includes("100 Continue"));
    assertStringIncludes(stderr, "< HTTP/1.1 403");
    assertEquals(stdout, "denied");
  });
});

Deno.test("curl: an early answer to a large upload arrives", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const args = [...quiet, "-H", "Expect:", "--data-binary", "@-", `${origin}/deny`];
    const { stdout } = await runProgram(curl, args, { input: pattern(5 * 1024 * 1024) });
    assertEquals(stdout, "denied");
  });
});

Deno.test("curl: 204 and 304 have no body", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    for (const status of [204, 304]) {
      const head = await outputOf(curl, [...quiet, "-i", `${origin}/status/${status}`]);
      assertStringIncludes(head, `HTTP/1.1 ${status} `);
      assert(head.endsWith("\r\n\r\n"));
      assert(!head.toLowerCase().includes("transfer-encoding"));
    }
  });
});

Deno.test("curl: requests one after the other use one connection", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const urls = [`${origin}/`, `${origin}/bytes/70000`, `${origin}/stream/70000`, `${origin}/`];
    const outputs = urls.flatMap(() => ["-o", "/dev/null"]);
    const format = ["-w", "%{num_connects} "];
    const connects = await outputOf(curl, [...quiet, ...outputs, ...format, ...urls]);
    assertEquals(connects, "1 0 0 0 ");
  });
});

Deno.test("curl: HTTP/1.0 is answered without chunks", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const { bytes } = await runProgram(curl, [...quiet, "--http1.0", `${origin}/stream/70000`]);
    assertSameBytes(bytes, pattern(70_000));
    const head = await outputOf(curl, [...quiet, "--http1.0", "-i", `${origin}/stream/3`]);
    assert(!head.toLowerCase().includes("transfer-encoding"));
  });
});

Deno.test("curl: a form with a file is understood", { ignore }, async () => {
  const handler = async (request: Request): Promise<Response> => {
    const form = await request.formData();
    const file = form.get("file") as File;
    return new Response(`${form.get("name")} ${file.name} ${file.size}`);
  };
  await serving(handler, async ({ origin }) => {
    const args = [...quiet, "-F", "name=avx", "-F", "file=@-;filename=data.bin", `${origin}/`];
    assertEquals(await outputOf(curl, args, { input: pattern(100_000) }), "avx data.bin 100000");
  });
});

Deno.test("curl: many transfers at once are all answered", { ignore }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const args = [...quiet, "-Z", "--parallel-max", "20", "-o", "/dev/null", "-w", "%{http_code} "];
    const codes = await outputOf(curl, [...args, `${origin}/bytes/[1-100]`]);
    assertEquals(codes.trim().split(" "), Array(100).fill("200"));
  });
});

for (const backend of ["node", "deno"] satisfies ServeTlsOptions["backend"][]) {
  Deno.test(`curl: TLS with the ${backend} back end, both ways`, { ignore }, async () => {
    const caFile = await Deno.makeTempFile({ suffix: ".pem" });
    try {
      await Deno.writeTextFile(caFile, CA_CERT);
      await servingTls(backend, sampleHandler, async ({ origin }) => {
        const args = [...quiet, "--cacert", caFile];
        assertEquals(await outputOf(curl, [...args, `${origin}/`]), "hello");
        const upload = [...args, "--data-binary", "@-", `${origin}/echo`];
        const { bytes } = await runProgram(curl, upload, { input: pattern(1_048_576) });
        assertSameBytes(bytes, pattern(1_048_576));
        const { url } = JSON.parse(await outputOf(curl, [...args, `${origin}/request`]));
        assertEquals(url, `${origin}/request`);
        const refused = await runProgram(curl, [...quiet, `${origin}/`]);
        assertEquals(refused.code, 60, "without the authority curl refuses the certificate");
      });
    } finally {
      await Deno.remove(caFile);
    }
  });
}

Deno.test("curl: a unix socket", { ignore: ignore || Deno.build.os === "windows" }, async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/avx.sock`;
  const server = serve({ path, onListen: () => {} }, sampleHandler);
  try {
    const args = [...quiet, "--unix-socket", path];
    assertEquals(await outputOf(curl, [...args, "http://avx.test/"]), "hello");
    const { bytes } = await runProgram(curl, [...args, "http://avx.test/bytes/1048576"]);
    assertSameBytes(bytes, pattern(1_048_576));
  } finally {
    await within(10_000, server.shutdown({ graceMs: 2_000 }));
    await Deno.remove(folder, { recursive: true });
  }
});

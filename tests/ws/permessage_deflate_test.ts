import { parseExtensions } from "../../ws/proto/extensions.ts";
import {
  acceptDeflate,
  canDeflate,
  checkDeflate,
  deflateBytes,
  deflateConfig,
  deflateOffer,
  type DeflateOptions,
  inflateBytes,
} from "../../ws/proto/permessage_deflate.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

const ROOMY = { maxMemoryBytes: Infinity };
const accept = (offers: string, options: DeflateOptions = ROOMY) =>
  acceptDeflate(parseExtensions(offers)!, deflateConfig(options));
const check = (answer: string, options: DeflateOptions = ROOMY) =>
  checkDeflate(parseExtensions(answer)![0], deflateConfig(options));

Deno.test("the windows fit into the memory that may be used", () => {
  for (const maxMemoryBytes of [1e6, 300_000, 128 * 1024, 64 * 1024, 30_000]) {
    const config = deflateConfig({ maxMemoryBytes });
    const used = deflateBytes(config.windowBits, config.memoryLevel) +
      inflateBytes(config.peerWindowBits);
    assert(used <= maxMemoryBytes, `${used} of ${maxMemoryBytes}`);
    assertEquals(config.noContextTakeover, false);
  }
});

Deno.test("where no window fits, messages are compressed one by one", () => {
  const config = deflateConfig({ maxMemoryBytes: 1000 });
  assertEquals([config.noContextTakeover, config.peerNoContextTakeover, config.windowBits], [
    true,
    true,
    15,
  ]);
});

Deno.test("a level that there is not is refused", () => {
  assertThrows(() => deflateConfig({ level: 0 }), RangeError, "level");
  assertThrows(() => deflateConfig({ level: 10 }), RangeError, "level");
});

Deno.test("windows can be named, and are not enlarged by what memory there is", () => {
  const named = deflateConfig({ ...ROOMY, windowBits: 10, peerWindowBits: 8 });
  assertEquals([named.windowBits, named.peerWindowBits], [10, 8]);
  const small = deflateConfig({ windowBits: 15, peerWindowBits: 9 });
  assert(small.windowBits > 12, String(small.windowBits)); // what the peer does not take is left
  const none = deflateConfig({ maxMemoryBytes: 0, windowBits: 11, peerWindowBits: 12 });
  assertEquals([none.windowBits, none.peerWindowBits, none.noContextTakeover], [11, 12, true]);
  const options = { ...ROOMY, windowBits: 10, peerWindowBits: 9 };
  assertEquals(
    accept("permessage-deflate; client_max_window_bits", options)?.value,
    "permessage-deflate; server_max_window_bits=10; client_max_window_bits=9",
  );
  assertEquals(
    deflateOffer(deflateConfig(options)),
    "permessage-deflate; client_max_window_bits; server_max_window_bits=9, " +
      "permessage-deflate; client_max_window_bits; server_no_context_takeover",
  );
  const forgetting = check("permessage-deflate; server_no_context_takeover", options);
  assertEquals([forgetting?.serverNoContextTakeover, forgetting?.serverWindowBits], [true, 15]);
  assertEquals(check("permessage-deflate", options), undefined);
  assertEquals(
    check("permessage-deflate; server_max_window_bits=9", options)?.clientWindowBits,
    10,
  );
  for (const bits of [8, 16, 9.5, NaN]) {
    assertThrows(() => deflateConfig({ windowBits: bits }), RangeError, "windowBits");
  }
  assertThrows(() => deflateConfig({ peerWindowBits: 7 }), RangeError, "peerWindowBits");
  assertThrows(() => deflateConfig({ thresholdBytes: -1 }), RangeError, "thresholdBytes");
  assertThrows(() => deflateConfig({ maxMemoryBytes: NaN }), RangeError, "maxMemoryBytes");
});

Deno.test("a server accepts what it is offered", () => {
  assertEquals(accept("permessage-deflate"), {
    agreement: {
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
      serverWindowBits: 15,
      clientWindowBits: 15,
    },
    value: "permessage-deflate",
  });
  assertEquals(
    accept(
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; " +
        "server_max_window_bits=9; client_max_window_bits=10",
    )?.value,
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover; " +
      "server_max_window_bits=9; client_max_window_bits=10",
  );
  assertEquals(
    accept("permessage-deflate; client_max_window_bits")?.value,
    "permessage-deflate",
  );
});

Deno.test("a server takes the first offer that is valid", () => {
  const offers = "x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=16, " +
    "permessage-deflate; mystery, permessage-deflate; server_no_context_takeover=1, " +
    "permessage-deflate; server_max_window_bits, permessage-deflate; client_max_window_bits=08, " +
    "permessage-deflate; server_max_window_bits=12";
  assertEquals(accept(offers)?.value, "permessage-deflate; server_max_window_bits=12");
  assertEquals(accept("permessage-deflate; server_max_window_bits=7"), undefined);
  assertEquals(accept(""), undefined);
});

Deno.test("a server with little memory limits the windows, or has them forgotten", () => {
  const options = { maxMemoryBytes: 64 * 1024 };
  const limited = accept("permessage-deflate; client_max_window_bits", options)!;
  assert(limited.agreement.serverWindowBits < 15);
  assertEquals(limited.agreement.clientWindowBits, limited.agreement.serverWindowBits);
  const unlimited = accept("permessage-deflate", options)!;
  assertEquals(unlimited.agreement.clientNoContextTakeover, true);
  assertEquals(unlimited.agreement.clientWindowBits, 15);
});

Deno.test("a client's offer says what it wants", () => {
  assertEquals(
    deflateOffer(deflateConfig(ROOMY)),
    "permessage-deflate; client_max_window_bits",
  );
  assertEquals(
    deflateOffer(
      deflateConfig({ ...ROOMY, noContextTakeover: true, peerNoContextTakeover: true }),
    ),
    "permessage-deflate; client_max_window_bits; client_no_context_takeover; " +
      "server_no_context_takeover",
  );
  assert(deflateOffer(deflateConfig({})).includes("; server_max_window_bits=1"));
});

Deno.test("a client refuses an answer that is not one to its offer", () => {
  assertEquals(check("permessage-deflate; client_max_window_bits"), undefined);
  assertEquals(check("permessage-deflate; client_max_window_bits=9")?.clientWindowBits, 9);
  assertEquals(check("permessage-deflate; mystery"), undefined);
  assertEquals(check("permessage-gzip"), undefined);
  assertEquals(check("permessage-deflate", { maxMemoryBytes: 65536 }), undefined);
  const strict = { ...ROOMY, peerNoContextTakeover: true };
  assertEquals(check("permessage-deflate", strict), undefined);
  assertEquals(
    check("permessage-deflate; server_no_context_takeover", strict)?.serverNoContextTakeover,
    true,
  );
});

Deno.test("a window of 256 bytes is agreed on and never used", () => {
  assertEquals(
    accept("permessage-deflate; server_max_window_bits=8")?.agreement.serverWindowBits,
    8,
  );
  assertEquals([canDeflate(8), canDeflate(9)], [false, true]);
});

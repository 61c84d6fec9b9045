import { assertEquals } from "../support/assert.ts";
import { SettingsExchange } from "../../http2/proto/settings_exchange.ts";
import { DEFAULT_LIMITS } from "../../http2/proto/limits.ts";

function parameters(
  isServer: boolean,
  push: boolean,
  connectProtocol: boolean,
): Map<number, number> {
  const limits = { ...DEFAULT_LIMITS, maxHeaderListBytes: Infinity };
  const list = new SettingsExchange(limits, { isServer, push, connectProtocol }).parameters;
  return new Map(
    Array.from({ length: list.length / 2 }, (_, at) => [list[2 * at], list[2 * at + 1]]),
  );
}

Deno.test("a server tells its limits and what it knows", () => {
  const server = parameters(true, false, true);
  assertEquals([server.get(3), server.get(8), server.get(9), server.get(2)], [
    100,
    1,
    1,
    undefined,
  ]);
  assertEquals(server.get(6), 0xffff_ffff);
  assertEquals(parameters(true, false, false).get(8), undefined);
});

Deno.test("a client refuses pushes unless it was asked to take them", () => {
  assertEquals(parameters(false, false, false).get(2), 0);
  const taking = parameters(false, true, false);
  assertEquals([taking.get(2), taking.get(3)], [1, 100]);
});

Deno.test("a smaller window than the default holds from the acknowledgement on", () => {
  const offers = { isServer: true, push: false, connectProtocol: false };
  const small = new SettingsExchange({ ...DEFAULT_LIMITS, streamWindowBytes: 100 }, offers);
  assertEquals(small.initialWindowBytes, 65_535);
  small.acknowledged = true;
  assertEquals(small.initialWindowBytes, 100);
});

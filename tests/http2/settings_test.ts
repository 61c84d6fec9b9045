import { assertEquals } from "../support/assert.ts";
import * as settings from "../../http2/frame/settings.ts";

function applied(...parameters: number[]): settings.Settings {
  const target = settings.initialSettings();
  for (let at = 0; at < parameters.length; at += 2) {
    assertEquals(settings.applySetting(target, parameters[at], parameters[at + 1]), 0);
  }
  return target;
}

Deno.test("each parameter is taken in", () => {
  assertEquals(applied(1, 0, 2, 0, 3, 5, 4, 7, 5, 20_000, 6, 9, 8, 1, 9, 1), {
    headerTableBytes: 0,
    enablePush: false,
    maxConcurrentStreams: 5,
    initialWindowBytes: 7,
    maxFrameBytes: 20_000,
    maxHeaderListBytes: 9,
    enableConnectProtocol: true,
    noRfc7540Priorities: true,
  });
});

Deno.test("unknown parameters are ignored", () => {
  assertEquals(applied(0x7, 1, 0xffff, 2), settings.initialSettings());
});

Deno.test("values out of range have the code of their parameter", () => {
  const cases = [[2, 2, 1], [4, 0x8000_0000, 3], [5, 16_383, 1], [5, 0x100_0000, 1], [8, 2, 1], [
    9,
    2,
    1,
  ]];
  for (const [id, value, code] of cases) {
    assertEquals(settings.applySetting(settings.initialSettings(), id, value), code);
  }
});

Deno.test("extended CONNECT is not taken back", () => {
  const target = applied(8, 1);
  assertEquals(settings.applySetting(target, 8, 0), 1);
  assertEquals(settings.applySetting(settings.initialSettings(), 8, 0), 0);
});

Deno.test("each parameter has a name", () => {
  assertEquals(settings.settingName(4), "SETTINGS_INITIAL_WINDOW_SIZE");
  assertEquals(settings.settingName(0x1a), "SETTINGS 0x1a");
  const names = [1, 2, 3, 4, 5, 6, 8, 9].map(settings.settingName);
  assertEquals(new Set(names).size, 8);
});

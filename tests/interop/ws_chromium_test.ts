import type { Handler } from "@avx/semantics/handler";
import { html } from "@avx/semantics/web";
import { upgradeWebSocket } from "@avx/ws";
import { assertEquals } from "../support/assert.ts";
import { SERVER_PAIR } from "../support/certificates.ts";
import { browse, CHROMIUM } from "../support/chromium.ts";
import { serving } from "../support/serving.ts";

const ignore = CHROMIUM === "";

/** What the page found about one conversation. */
interface Found {
  readonly protocol: string;
  readonly compressed: boolean;
  readonly texts: readonly string[];
  readonly bytes: readonly number[];
  readonly close: readonly [code: number, reason: string, wasClean: boolean];
}

const PAGE = `<!DOCTYPE html><title>WebSocket</title><script>
const url = location.origin.replace("http", "ws") + "/socket";

/** Sends everything there and back, then closes, or asks the server to. */
function talk(protocols, close) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols);
    socket.binaryType = "arraybuffer";
    const texts = [];
    const bytes = [];
    const messages = ["", "h\\u00e9llo", "x".repeat(200_000), new Uint8Array(70_000).fill(7)];
    socket.onopen = () => messages.forEach((message) => socket.send(message));
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") texts.push(data.length + data.slice(0, 5));
      else bytes.push(data.byteLength, new Uint8Array(data).every((byte) => byte === 7) ? 1 : 0);
      if (texts.length + bytes.length / 2 < messages.length) return;
      if (close === "client") socket.close(4001, "done");
      else socket.send("close 4002 enough");
    };
    socket.onclose = ({ code, reason, wasClean }) => resolve({
      protocol: socket.protocol,
      compressed: socket.extensions.includes("permessage-deflate"),
      texts,
      bytes,
      close: [code, reason, wasClean],
    });
    setTimeout(() => reject(new Error("late: " + texts)), 20_000);
  });
}

/** Whether a subprotocol that the server does not speak is refused. */
function refused() {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, ["unknown"]);
    socket.onopen = () => resolve(false);
    socket.onclose = ({ wasClean }) => resolve(!wasClean);
  });
}
</script>`;

const CASES = [
  ["in clear text, by an upgrade", {}, "http/1.1"],
  ["over TLS, by an upgrade", { ...SERVER_PAIR, protocols: ["http/1.1"] }, "http/1.1"],
  ["over HTTP/2, by an extended CONNECT", { ...SERVER_PAIR, protocols: ["h2", "http/1.1"] }, "h2"],
] as const;

for (const [how, options, version] of CASES) {
  Deno.test(`Chromium's WebSocket talks to a server of ours ${how}`, { ignore }, async () => {
    const seen: string[] = [];
    const handler: Handler = (request, info) => {
      if (new URL(request.url).pathname !== "/socket") return html(PAGE);
      seen.push(`${request.method} ${info.protocol}`);
      const { socket, response } = upgradeWebSocket(request, {
        protocols: ["chat"],
        compress: { thresholdBytes: 100 },
        origins: [request.headers.get("origin") ?? "none"],
      });
      socket.onmessage = ({ data }) => {
        const [word, code, reason] = String(data).split(" ");
        if (word === "close") socket.close(Number(code), reason);
        else socket.send(data);
      };
      return response;
    };
    await serving(handler, async ({ origin }) => {
      const [byClient, byServer, isRefused] = await browse(
        `${origin}/`,
        async (page) =>
          [
            await page.evaluate<Found>(`talk(["other", "chat"], "client")`),
            await page.evaluate<Found>(`talk([], "server")`),
            await page.evaluate<boolean>("refused()"),
          ] as const,
      );
      const common = {
        compressed: true,
        texts: ["0", "5h\u00e9llo", "200000xxxxx"],
        bytes: [70_000, 1],
      };
      assertEquals(byClient, { ...common, protocol: "chat", close: [4001, "", true] });
      assertEquals(byServer, { ...common, protocol: "", close: [4002, "enough", true] });
      assertEquals(isRefused, true);
    }, { ...options, withinMs: 90_000 });
    const method = version === "h2" ? "CONNECT" : "GET";
    assertEquals(seen, Array(3).fill(`${method} ${version}`));
  });
}

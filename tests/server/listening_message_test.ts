import { announceListening, listeningMessage } from "../../server/listening_message.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("the listening message names the address a browser can open", () => {
  const at = (hostname: string) => ({ transport: "tcp", hostname, port: 8000 }) as const;

  assertEquals(listeningMessage(at("127.0.0.1"), "http"), "Listening on http://127.0.0.1:8000/");
  assertEquals(listeningMessage(at("::1"), "https"), "Listening on https://[::1]:8000/");
  assertEquals(
    listeningMessage(at("0.0.0.0"), "http"),
    "Listening on http://0.0.0.0:8000/ (http://localhost:8000/)",
  );
  assertEquals(
    listeningMessage(at("::"), "https"),
    "Listening on https://[::]:8000/ (https://localhost:8000/)",
  );
});

Deno.test("the listening message names the path of a socket", () => {
  assertEquals(
    listeningMessage({ transport: "unix", path: "/run/x.sock" }, "http"),
    "Listening on /run/x.sock",
  );
  assertEquals(listeningMessage({ transport: "memory", name: "x" }, "http"), "Listening on x");
});

Deno.test("the listening message goes to the console", () => {
  const { log } = console;
  const lines: unknown[] = [];
  console.log = (line) => lines.push(line);
  try {
    announceListening({ transport: "unix", path: "/x" }, "http");
  } finally {
    console.log = log;
  }

  assertEquals(lines, ["Listening on /x"]);
});

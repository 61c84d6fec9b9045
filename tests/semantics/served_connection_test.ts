import { ServedConnection } from "@avx/semantics/serving";
import { assertEquals } from "../support/assert.ts";

Deno.test("a connection gives its driver what was received, once", async () => {
  const log: unknown[] = [];
  const driver = {
    idle: false,
    requests: 3,
    run: (received: Uint8Array | undefined) => {
      log.push(received?.length);
      return Promise.resolve(undefined);
    },
    shutdown: () => void log.push("shutdown"),
    close: () => void log.push("close"),
  };
  const connection = new ServedConnection(driver, new Uint8Array(5));
  assertEquals(connection.idle, false);
  assertEquals(connection.requests, 3);
  await connection.run();
  await connection.run();
  connection.shutdown();
  connection.close();
  assertEquals(log, [5, undefined, "shutdown", "close"]);
});

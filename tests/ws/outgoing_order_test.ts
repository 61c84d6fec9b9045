import { OutgoingOrder } from "../../ws/outgoing_order.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

Deno.test("what is sent behind a blob waits for it, and so does the end", async () => {
  const order = new OutgoingOrder();
  const sent: unknown[] = [];
  const send = (ready: unknown) => sent.push(ready);
  order.after(() => sent.push("at once"));
  order.hold(new Blob(["ab"]), send);
  order.hold("text", send);
  const bytes = bytesOf("cd");
  order.hold(bytes, send);
  order.hold(bytes.buffer as ArrayBuffer, send);
  bytes.fill(0);
  assertEquals([order.holding, order.heldBytes], [true, 10]);
  await new Promise<void>((resolve) => order.after(resolve));
  assertEquals(sent, ["at once", bytesOf("ab"), "text", bytesOf("cd"), bytesOf("cd")]);
  assertEquals([order.holding, order.heldBytes], [false, 0]);
});

Deno.test("a blob that cannot be read is left out", async () => {
  const order = new OutgoingOrder();
  const sent: unknown[] = [];
  const gone = new Blob(["x"]);
  gone.arrayBuffer = () => Promise.reject(new Error("gone"));
  order.hold(gone, (ready) => sent.push(ready));
  order.hold("next", (ready) => sent.push(ready));
  await new Promise<void>((resolve) => order.after(resolve));
  assertEquals([sent, order.holding], [["next"], false]);
});

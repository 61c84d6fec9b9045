import { SocketCloseEvent, SocketErrorEvent, SocketEvent, SocketMessageEvent } from "@avx/ws";
import { SocketTarget } from "../../ws/socket_target.ts";
import { assertEquals } from "../support/assert.ts";

/** A target whose events a test makes. */
class Stage extends SocketTarget {
  tellAll(): void {
    this.tellOpen(new SocketEvent("open", this));
    this.tellMessage(new SocketMessageEvent(this, "text"));
    this.tellPong(new SocketMessageEvent(this, "", "pong"));
    this.tellError(new SocketErrorEvent(this, new Error("wrong")));
    this.tellClose(new SocketCloseEvent(this, 1000, "", true));
  }

  heard(): boolean[] {
    return [this.hears("message"), this.hears("pong")];
  }
}

Deno.test("each event reaches its attribute and its listeners", () => {
  const stage = new Stage();
  const seen: string[] = [];
  assertEquals(stage.heard(), [false, false]);
  for (const type of ["open", "message", "pong", "error", "close"] as const) {
    stage.addEventListener(type, (event) => seen.push(event.type));
  }
  stage.onopen = () => seen.push("onopen");
  stage.onmessage = ({ data }) => seen.push(`onmessage ${data}`);
  stage.onerror = ({ message }) => seen.push(`onerror ${message}`);
  stage.onclose = ({ code }) => seen.push(`onclose ${code}`);
  stage.tellAll();
  assertEquals(seen, [
    ...["onopen", "open", "onmessage text", "message", "pong"],
    ...["onerror wrong", "error", "onclose 1000", "close"],
  ]);
  assertEquals(stage.heard(), [true, true]);
  const handlers = [stage.onopen, stage.onmessage, stage.onerror, stage.onclose];
  assertEquals(handlers.map((handler) => typeof handler), handlers.map(() => "function"));
});

Deno.test("what is no listener, or to no event of ours, is ignored", () => {
  const stage = new Stage();
  let count = 0;
  const listener = () => void count++;
  stage.addEventListener("message", null);
  stage.removeEventListener("message", null);
  stage.addEventListener("other", listener, true);
  stage.dispatchEvent(new Event("other"));
  stage.removeEventListener("other", listener);
  stage.addEventListener("open", listener, false);
  assertEquals(stage.dispatchEvent(new Event("open")), true);
  stage.removeEventListener("open", listener);
  stage.tellAll();
  assertEquals(count, 1);
});

import { assertEquals } from "../support/assert.ts";
import { giveBack, reopen, takeIn } from "../../http2/proto/receive_window.ts";

Deno.test("a peer may send what its window has and no byte more", () => {
  const credit = { available: 10, outstanding: 0 };
  assertEquals(takeIn(credit, 11), false);
  assertEquals(takeIn(credit, 10), true);
  assertEquals(takeIn(credit, 0), true);
  assertEquals(takeIn(credit, 1), false);
  assertEquals(credit, { available: 0, outstanding: 10 });
});

Deno.test("room is given back once half of the window is to be had", () => {
  const credit = { available: 100, outstanding: 0 };
  takeIn(credit, 80);
  assertEquals(giveBack(credit, 49, 100), 0);
  assertEquals(giveBack(credit, 1, 100), 50);
  assertEquals(credit, { available: 70, outstanding: 30 });
  assertEquals(giveBack(credit, 30, 100), 0);
});

Deno.test("a window that has grown is announced with what is given back", () => {
  const credit = { available: 100, outstanding: 0 };
  takeIn(credit, 60);
  assertEquals(giveBack(credit, 60, 400), 360);
  assertEquals(credit.available, 400);
});

Deno.test("a shared window opens again although some is unread, up to the most", () => {
  const credit = { available: 100, outstanding: 0 };
  takeIn(credit, 60);
  assertEquals(reopen(credit, 100, 250), 60);
  takeIn(credit, 100);
  assertEquals(reopen(credit, 100, 250), 90); // 160 are unread
  takeIn(credit, 90);
  assertEquals(reopen(credit, 100, 250), 0);
  credit.outstanding -= 49;
  assertEquals(reopen(credit, 100, 250), 0);
  credit.outstanding -= 1;
  assertEquals(reopen(credit, 100, 250), 50);
  credit.outstanding = 0;
  credit.available = 0;
  assertEquals(reopen(credit, 100, 250), 100);
});

Deno.test("what is promised never exceeds the window", () => {
  const credit = { available: 1000, outstanding: 0 };
  for (let round = 1; round < 2000; round++) {
    takeIn(credit, round % Math.max(1, credit.available));
    giveBack(credit, (round * 7) % (credit.outstanding + 1), 1000);
    assertEquals(credit.available + credit.outstanding <= 1000, true);
  }
});

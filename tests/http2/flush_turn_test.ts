import { FlushTurn } from "../../http2/flush_turn.ts";
import { assertEquals } from "../support/assert.ts";

/** Lets as many promise jobs go by. */
async function jobs(count: number): Promise<void> {
  for (let job = 0; job < count; job++) await undefined;
}

Deno.test("flush turn flushes once for everything that comes a few jobs apart", async () => {
  let flushes = 0;
  const turn = new FlushTurn(() => flushes++);
  for (let round = 0; round < 5; round++) {
    turn.soon();
    turn.soon();
    await jobs(4);
    assertEquals(flushes, 0, `round ${round}`);
  }
  await jobs(10);
  assertEquals(flushes, 1);
});

Deno.test("flush turn flushes again for what comes afterwards", async () => {
  let flushes = 0;
  const turn = new FlushTurn(() => {
    if (++flushes === 1) turn.soon();
  });
  turn.soon();
  await jobs(10);
  assertEquals(flushes, 1);
  await jobs(10);
  assertEquals(flushes, 2);
});

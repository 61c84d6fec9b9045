import { Exchanges } from "../../http1/proto/exchanges.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("exchanges are answered in the order they came, however many there are", () => {
  const exchanges = new Exchanges();
  const answered: number[] = [];
  let next = 0;
  for (let round = 0; round < 40; round++) {
    for (let count = round % 7; count >= 0; count--) exchanges.push(next++);
    while (exchanges.count > round % 3) {
      answered.push(exchanges.front);
      exchanges.shift();
    }
  }
  assertEquals(answered, Array.from(answered, (_, index) => index));
  assertEquals(exchanges.count, next - answered.length);
});

Deno.test("the newest exchange can be taken back, and all can be", () => {
  const exchanges = new Exchanges();
  for (let flags = 1; flags <= 9; flags++) exchanges.push(flags);
  exchanges.pop();
  assertEquals(exchanges.count, 8);
  exchanges.clear();
  assertEquals(exchanges.count, 0);
  exchanges.push(10);
  assertEquals(exchanges.front, 10);
});

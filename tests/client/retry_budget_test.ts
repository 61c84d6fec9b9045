import { RetryBudget } from "../../client/retry_budget.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

function withdrawals(budget: RetryBudget): number {
  let count = 0;
  while (budget.withdraw()) count++;
  return count;
}

Deno.test("a retry budget begins with its burst and fills by its ratio up to it", () => {
  const budget = new RetryBudget({ ratio: 0.2, burst: 3 });
  assertEquals(withdrawals(budget), 3);
  for (let request = 0; request < 4; request++) budget.deposit();
  assertEquals(withdrawals(budget), 0);
  budget.deposit();
  assertEquals(withdrawals(budget), 1);
  for (let request = 0; request < 1_000; request++) budget.deposit();
  assertEquals(withdrawals(budget), 3);
});

Deno.test("a retry budget gives its ratio over time and no more", () => {
  const budget = new RetryBudget({ ratio: 0.1, burst: 10 });
  let retries = 0;
  for (let request = 0; request < 10_000; request++) {
    budget.deposit();
    if (budget.withdraw()) retries++;
  }
  assertEquals(retries >= 1_000 && retries <= 1_010, true);
});

Deno.test("a retry budget is checked, and is 20 % with ten at once", () => {
  assertThrows(() => new RetryBudget({ ratio: -0.1 }), RangeError, "ratio");
  assertThrows(() => new RetryBudget({ burst: 0.5 }), RangeError, "burst");
  assertEquals(withdrawals(new RetryBudget()), 10);
  assertEquals(withdrawals(new RetryBudget({ ratio: 0, burst: 1 })), 1);
});

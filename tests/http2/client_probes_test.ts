import { assert, assertEquals } from "../support/assert.ts";
import { type ClientDriver, driving } from "./client_driver.ts";

/** What a probe comes to, as soon as it has. */
function probe(driver: ClientDriver, timeoutMs: number): { answer: boolean | undefined } {
  const outcome: { answer: boolean | undefined } = { answer: undefined };
  driver.connection.probe(timeoutMs).then((answer) => outcome.answer = answer);
  return outcome;
}

Deno.test("probe of a connection is true when the peer answers", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    const outcome = probe(driver, 1_000);
    await driver.settle();
    assertEquals(outcome.answer, true);
    await driver.answer(1, "ok");
    assertEquals(asked.log, ['answered 200 "ok"']);
  }));

Deno.test("probe of a connection that was idle for long is not overdue at once", () =>
  driving(async (driver) => {
    await driver.ask();
    await driver.answer(1, "ok");
    await driver.pass(50_000);
    const outcome = probe(driver, 1_000);
    await driver.settle();
    assertEquals(outcome.answer, true);
  }, { timeouts: { pingTimeoutMs: 1_000 } }));

Deno.test("probe of a connection that has carried nothing opens it", () =>
  driving(async (driver) => {
    const outcome = probe(driver, 1_000);
    await driver.settle();
    assertEquals(outcome.answer, true);
  }));

Deno.test("probe is false when no answer comes in time, and the connection is kept", () =>
  driving(async (driver) => {
    await driver.ask();
    driver.mute();
    const outcome = probe(driver, 1_000);
    await driver.pass(990);
    assertEquals(outcome.answer, undefined);
    await driver.pass(20);
    assertEquals(outcome.answer, false);
    assert(driver.connection.maxStreams > 0);
  }));

Deno.test("probe is false when the connection ends, and when it has ended", () =>
  driving(async (driver) => {
    await driver.ask();
    driver.mute();
    const outcomes = [probe(driver, 1_000), probe(driver, 2_000)];
    await driver.settle();
    driver.connection.close();
    outcomes.push(probe(driver, 1_000));
    await driver.settle();
    assertEquals(outcomes.map(({ answer }) => answer), [false, false, false]);
  }));

Deno.test("probes share an answer where more are asked for than may be on their way", () =>
  driving(async (driver) => {
    await driver.ask();
    const outcomes = Array.from({ length: 40 }, () => probe(driver, 1_000));
    await driver.settle();
    assertEquals(outcomes.filter(({ answer }) => answer === true).length, 40);
  }));

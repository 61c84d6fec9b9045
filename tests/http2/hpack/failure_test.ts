import {
  BAD_NAME,
  BAD_VALUE,
  compressionFailure,
  TOO_LARGE,
} from "../../../http2/hpack/failure.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("hpack failure: each says whom it concerns and why, and cannot be changed", () => {
  const failures = [compressionFailure("Something"), TOO_LARGE, BAD_NAME, BAD_VALUE];
  assertEquals(failures.map(({ kind }) => kind), ["compression", "size", "field", "field"]);
  for (const failure of failures) {
    assertEquals(Object.isFrozen(failure), true);
    assertEquals(failure.reason.length > 8, true);
  }
});

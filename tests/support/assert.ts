/**
 * `@std/assert` with types: the npm package that carries it has none.
 *
 * @module
 */

import * as untyped from "@std/assert";

// deno-lint-ignore no-explicit-any
type AnyConstructor<T> = abstract new (...args: any[]) => T;

/** The assertions of `@std/assert` that the tests use, under their own names. */
interface Assertions {
  assert(expression: unknown, message?: string): asserts expression;
  assertAlmostEquals(actual: number, expected: number, tolerance?: number, message?: string): void;
  assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, message?: string): void;
  assertEquals<T>(actual: T, expected: T, message?: string): void;
  assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T>;
  assertFalse(expression: unknown, message?: string): asserts expression is false;
  assertGreater<T>(actual: T, expected: T, message?: string): void;
  assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void;
  assertInstanceOf<T>(
    actual: unknown,
    expected: AnyConstructor<T>,
    message?: string,
  ): asserts actual is T;
  assertIsError<E extends Error = Error>(
    error: unknown,
    errorClass?: AnyConstructor<E>,
    messageIncludes?: string | RegExp,
    message?: string,
  ): asserts error is E;
  assertLess<T>(actual: T, expected: T, message?: string): void;
  assertLessOrEqual<T>(actual: T, expected: T, message?: string): void;
  assertMatch(actual: string, expected: RegExp, message?: string): void;
  assertNotEquals<T>(actual: T, expected: T, message?: string): void;
  assertNotInstanceOf<A, T>(
    actual: A,
    unexpected: AnyConstructor<T>,
    message?: string,
  ): asserts actual is Exclude<A, T>;
  assertNotMatch(actual: string, expected: RegExp, message?: string): void;
  assertNotStrictEquals<T>(actual: T, expected: T, message?: string): void;
  assertObjectMatch(
    actual: object,
    expected: Record<PropertyKey, unknown>,
    message?: string,
  ): void;
  assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T;
  assertStringIncludes(actual: string, expected: string, message?: string): void;
  equal(left: unknown, right: unknown): boolean;
  fail(message?: string): never;
  unimplemented(message?: string): never;
  unreachable(message?: string): never;
  assertRejects(callback: () => PromiseLike<unknown>, message?: string): Promise<unknown>;
  assertRejects<E extends Error = Error>(
    callback: () => PromiseLike<unknown>,
    errorClass: AnyConstructor<E>,
    messageIncludes?: string,
    message?: string,
  ): Promise<E>;
  assertThrows(callback: () => unknown, message?: string): unknown;
  assertThrows<E extends Error = Error>(
    callback: () => unknown,
    errorClass: AnyConstructor<E>,
    messageIncludes?: string,
    message?: string,
  ): E;
}

const typed = untyped as unknown as Assertions;

/** The class of a failed assertion. */
export const AssertionError: new (message: string, options?: ErrorOptions) => Error =
  untyped.AssertionError;

// Assertion signatures demand that each name is declared with its whole type.
export const assert: Assertions["assert"] = typed.assert;
export const assertAlmostEquals: Assertions["assertAlmostEquals"] = typed.assertAlmostEquals;
export const assertArrayIncludes: Assertions["assertArrayIncludes"] = typed.assertArrayIncludes;
export const assertEquals: Assertions["assertEquals"] = typed.assertEquals;
export const assertExists: Assertions["assertExists"] = typed.assertExists;
export const assertFalse: Assertions["assertFalse"] = typed.assertFalse;
export const assertGreater: Assertions["assertGreater"] = typed.assertGreater;
export const assertGreaterOrEqual: Assertions["assertGreaterOrEqual"] = typed.assertGreaterOrEqual;
export const assertInstanceOf: Assertions["assertInstanceOf"] = typed.assertInstanceOf;
export const assertIsError: Assertions["assertIsError"] = typed.assertIsError;
export const assertLess: Assertions["assertLess"] = typed.assertLess;
export const assertLessOrEqual: Assertions["assertLessOrEqual"] = typed.assertLessOrEqual;
export const assertMatch: Assertions["assertMatch"] = typed.assertMatch;
export const assertNotEquals: Assertions["assertNotEquals"] = typed.assertNotEquals;
export const assertNotInstanceOf: Assertions["assertNotInstanceOf"] = typed.assertNotInstanceOf;
export const assertNotMatch: Assertions["assertNotMatch"] = typed.assertNotMatch;
export const assertNotStrictEquals: Assertions["assertNotStrictEquals"] =
  typed.assertNotStrictEquals;
export const assertObjectMatch: Assertions["assertObjectMatch"] = typed.assertObjectMatch;
export const assertRejects: Assertions["assertRejects"] = typed.assertRejects;
export const assertStrictEquals: Assertions["assertStrictEquals"] = typed.assertStrictEquals;
export const assertStringIncludes: Assertions["assertStringIncludes"] = typed.assertStringIncludes;
export const assertThrows: Assertions["assertThrows"] = typed.assertThrows;
export const equal: Assertions["equal"] = typed.equal;
export const fail: Assertions["fail"] = typed.fail;
export const unimplemented: Assertions["unimplemented"] = typed.unimplemented;
export const unreachable: Assertions["unreachable"] = typed.unreachable;

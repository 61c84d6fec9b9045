/**
 * A hierarchical timing wheel (Varghese and Lauck, 1987): scheduling and cancelling are a few
 * assignments, however many timers are pending.
 *
 * ```text
 *  level 0   32 slots of 1 tick       the next 32 ticks, exact
 *  level 1   32 slots of 32 ticks     ─┐
 *  level 2   32 slots of 1 Ki ticks    │ a slot's timers move down when its time begins
 *  level 3   32 slots of 32 Ki ticks   │
 *  level 4   32 slots of 1 Mi ticks   ─┘ what is further away waits here and is placed again
 * ```
 *
 * A timer's level is that of the highest bit in which its tick differs from the current one, so on
 * every level the slots in use lie ahead of the current slot, and one bit mask per level finds the
 * next of them.
 *
 * @module
 */

const LEVELS = 5;
const SLOT_BITS = 5;
const SLOTS = 1 << SLOT_BITS;
const SLOT_MASK = SLOTS - 1;
const WHEEL_TICKS = SLOTS ** LEVELS;
// One slot of the top level short of a full turn, so that a timer never lands in the current slot.
const MAX_AHEAD = WHEEL_TICKS - WHEEL_TICKS / SLOTS;

/**
 * What {@linkcode TimerWheel} can be told.
 *
 * @example A coarse wheel
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TimerWheel, type TimerWheelOptions, WheelTimer } from "@avx/runtime/timer-wheel";
 *
 * const options: TimerWheelOptions = { tickMs: 10 };
 * const wheel = new TimerWheel(0, options);
 * wheel.schedule(new WheelTimer(() => {}), 12);
 * assertEquals(wheel.nextAt, 20);
 * ```
 */
export interface TimerWheelOptions {
  /** The resolution, in milliseconds: a timer fires up to this much late. @default {1} */
  readonly tickMs?: number;
}

// Set by WheelTimer itself, so that its list entry is nobody else's to touch.
let entryOf: (timer: WheelTimer) => Entry;

/**
 * A timer that can be scheduled any number of times. Make one per deadline and keep it.
 *
 * @example One deadline, moved
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TimerWheel, WheelTimer } from "@avx/runtime/timer-wheel";
 *
 * let fired = 0;
 * const wheel = new TimerWheel(0);
 * const deadline = new WheelTimer(() => fired++);
 * wheel.schedule(deadline, 100);
 * wheel.schedule(deadline, 200);
 * wheel.advance(150);
 * assertEquals([fired, deadline.active], [0, true]);
 * wheel.advance(200);
 * assertEquals([fired, deadline.active], [1, false]);
 * ```
 */
export class WheelTimer {
  readonly #entry: Entry;

  /** Makes a timer that is not scheduled; `onFire` is called each time it fires. */
  constructor(onFire: () => void) {
    this.#entry = new Entry(onFire);
  }

  /** Whether it is scheduled and has not fired yet. */
  get active(): boolean {
    return this.#entry.wheel !== undefined;
  }

  static {
    entryOf = (timer) => timer.#entry;
  }
}

/**
 * Timers in the order of their time. Time is passed in; nothing happens on its own.
 *
 * @example Time that is passed in
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TimerWheel, WheelTimer } from "@avx/runtime/timer-wheel";
 *
 * const fired: string[] = [];
 * const wheel = new TimerWheel(1_000);
 * wheel.schedule(new WheelTimer(() => fired.push("late")), 61_000);
 * wheel.schedule(new WheelTimer(() => fired.push("soon")), 1_005);
 * wheel.advance(1_004);
 * assertEquals(fired, []);
 * wheel.advance(100_000);
 * assertEquals(fired, ["soon", "late"]);
 * assertEquals(wheel.nextAt, undefined);
 * ```
 */
export class TimerWheel {
  readonly #startMs: number;
  readonly #tickMs: number;
  readonly #slots: Entry[] = [];
  readonly #used = new Int32Array(LEVELS); // a bit per slot that is not empty
  #tick = 0; // everything up to and including this tick has fired or is about to
  #size = 0;

  /**
   * Makes an empty wheel whose time is `nowMs`.
   *
   * @throws {RangeError} If the tick is not above zero.
   */
  constructor(nowMs: number, options: TimerWheelOptions = {}) {
    const { tickMs = 1 } = options;
    if (!(tickMs > 0)) throw new RangeError(`Cannot use a tick of ${tickMs} ms: must be positive`);
    this.#startMs = nowMs;
    this.#tickMs = tickMs;
    for (let index = 0; index < LEVELS * SLOTS; index++) this.#slots.push(new Entry(noop, index));
  }

  /** How many timers are scheduled. */
  get size(): number {
    return this.#size;
  }

  /**
   * When {@linkcode advance} next has something to do: no later than the earliest timer, and
   * earlier where timers have to move down a level first. `undefined` while none is scheduled.
   */
  get nextAt(): number | undefined {
    const slot = this.#nextSlot();
    return slot < 0 ? undefined : this.#startMs + this.#tickOf(slot) * this.#tickMs;
  }

  /**
   * Schedules `timer` for the time `atMs`, instead of when it was scheduled for before. It never
   * fires early; a time that has passed, or `atMs` within the current tick, means the next tick.
   * `Infinity` means never.
   *
   * @throws {RangeError} If `atMs` is not a number.
   * @throws {TypeError} If `timer` is scheduled on another wheel.
   */
  schedule(timer: WheelTimer, atMs: number): void {
    if (atMs !== atMs) throw new RangeError("Cannot schedule timer: time is not a number");
    const entry = entryOf(timer);
    if (entry.wheel === undefined) {
      entry.wheel = this;
      this.#size++;
    } else {
      this.#unlink(entry);
    }
    const tick = Math.ceil((atMs - this.#startMs) / this.#tickMs);
    entry.tick = tick > this.#tick ? tick : this.#tick + 1;
    this.#place(entry);
  }

  /** Takes `timer` off the wheel; does nothing where it is not scheduled. */
  cancel(timer: WheelTimer): void {
    const entry = entryOf(timer);
    if (entry.wheel === undefined) return;
    this.#unlink(entry);
    entry.wheel = undefined;
    this.#size--;
  }

  /**
   * Moves the time on and fires what is due, in the order of time. What a timer's function throws
   * is thrown from here; the timers that are left fire with the next call.
   *
   * @throws {RangeError} If `nowMs` is not a finite number.
   */
  advance(nowMs: number): void {
    if (!Number.isFinite(nowMs)) throw new RangeError(`Cannot advance timers to ${nowMs}`);
    const target = Math.floor((nowMs - this.#startMs) / this.#tickMs);
    for (let slot = this.#nextSlot(); slot >= 0; slot = this.#nextSlot()) {
      const tick = this.#tickOf(slot);
      if (tick > target) break;
      this.#tick = tick;
      if (slot < SLOTS) this.#fire(this.#slots[slot]);
      else this.#moveDown(this.#slots[slot]);
    }
    if (target > this.#tick) this.#tick = target;
  }

  /** Takes all timers off the wheel, unfired. */
  clear(): void {
    for (const head of this.#slots) {
      while (head.next !== head) {
        const entry = head.next;
        this.#unlink(entry);
        entry.wheel = undefined;
      }
    }
    this.#size = 0;
  }

  #place(entry: Entry): void {
    const current = this.#tick;
    const tick = Math.min(entry.tick, current + MAX_AHEAD);
    // The operators take the low 32 bits, which is enough: a carry into higher ones also flips
    // bits above the wheel's own, and those mean the top level.
    const level = levelOf(tick ^ current);
    const index = (tick >>> (level * SLOT_BITS)) & SLOT_MASK;
    this.#used[level] |= 1 << index;
    const head = this.#slots[level * SLOTS + index];
    const last = head.previous;
    entry.previous = last;
    entry.next = head;
    last.next = entry;
    head.previous = entry;
  }

  #unlink(entry: Entry): void {
    if (entry.wheel !== this) throw new TypeError("Cannot touch a timer of another wheel");
    const { previous, next } = entry;
    previous.next = next;
    next.previous = previous;
    entry.previous = entry.next = entry;
    // Only the head is left.
    if (previous === next) this.#used[next.tick >>> SLOT_BITS] &= ~(1 << (next.tick & SLOT_MASK));
  }

  #fire(head: Entry): void {
    // One by one from the front: a function may cancel the others or throw.
    while (head.next !== head) {
      const entry = head.next;
      this.#unlink(entry);
      entry.wheel = undefined;
      this.#size--;
      entry.onFire();
    }
  }

  #moveDown(head: Entry): void {
    while (head.next !== head) {
      const entry = head.next;
      this.#unlink(entry);
      this.#place(entry);
    }
  }

  /** The slot whose time comes first, or -1. Lower levels always come before higher ones. */
  #nextSlot(): number {
    for (let level = 0; level < LEVELS - 1; level++) {
      const used = this.#used[level];
      if (used !== 0) return level * SLOTS + lowestBit(used);
    }
    // The top level is a ring: turn it so that the current slot comes last.
    const used = this.#used[LEVELS - 1];
    if (used === 0) return -1;
    const first = (this.#topSlot() + 1) & SLOT_MASK;
    const turned = (used >>> first) | (used << (SLOTS - first));
    return (LEVELS - 1) * SLOTS + ((lowestBit(turned) + first) & SLOT_MASK);
  }

  /** The tick at which the time of a slot in use begins. */
  #tickOf(slot: number): number {
    const level = slot >>> SLOT_BITS;
    const index = slot & SLOT_MASK;
    const slotTicks = 2 ** (level * SLOT_BITS);
    const turn = this.#tick - this.#tick % (slotTicks * SLOTS);
    const tick = turn + index * slotTicks;
    return level === LEVELS - 1 && index <= this.#topSlot() ? tick + WHEEL_TICKS : tick;
  }

  #topSlot(): number {
    return (this.#tick >>> ((LEVELS - 1) * SLOT_BITS)) & SLOT_MASK;
  }
}

/** A link of a slot's circular list. A slot's own one has no timer: its `tick` is the slot. */
class Entry {
  previous: Entry = this;
  next: Entry = this;
  tick: number;
  wheel: TimerWheel | undefined = undefined;
  readonly onFire: () => void;

  constructor(onFire: () => void, tick = 0) {
    this.onFire = onFire;
    this.tick = tick;
  }
}

function levelOf(difference: number): number {
  const highest = 31 - Math.clz32(difference | SLOT_MASK);
  return Math.min((highest / SLOT_BITS) | 0, LEVELS - 1);
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function noop(): void {}

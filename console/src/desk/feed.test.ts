import { beforeEach, describe, expect, test } from 'vitest';
import { Feed, longestWait, silence, type Source } from './feed';

class Wire implements Source {
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  private listeners = new Map<string, (event: MessageEvent) => void>();
  constructor(readonly url: string) {}
  addEventListener(name: string, listener: (event: MessageEvent) => void) {
    this.listeners.set(name, listener);
  }
  close() {
    this.closed = true;
  }
  say(name: string, id: string, data: unknown = null) {
    this.listeners.get(name)?.({ lastEventId: id, data: data === null ? '' : JSON.stringify(data) } as MessageEvent);
  }
}

let wires: Wire[];
let frames: (() => void)[];
let timers: { run: () => void; at: number; on: boolean }[];
let now: number;
let feed: Feed;
const wire = () => wires.at(-1)!;
function pass(ms: number) {
  const end = now + ms;
  for (;;) {
    const next = timers.filter((t) => t.on && t.at <= end).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    now = next.at;
    next.on = false;
    next.run();
  }
  now = end;
}
const draw = () => frames.splice(0).forEach((run) => run());
const page = (n: number) => ({ profile: 'acme', symbol: 'ACME', page_version: '1-' + n, rows: [] });

beforeEach(() => {
  [wires, frames, timers, now] = [[], [], [], 1000];
  feed = new Feed({
    open: (url) => {
      wires.push(new Wire(url));
      return wire();
    },
    frame: (run) => frames.push(run),
    now: () => now,
    later: (run, ms) => {
      const timer = { run, at: now + ms, on: true };
      timers.push(timer);
      return timer;
    },
    cancel: (timer) => timer && ((timer as { on: boolean }).on = false),
  });
  feed.start();
  wire().onopen!();
  draw();
});

describe('drawing', () => {
  test('500 events between two frames are one drawing, of the last of each', () => {
    let drawn = 0;
    feed.onframe = () => (drawn += 1);
    for (let i = 1; i <= 500; i += 1) wire().say('scores', '1-' + i, page(i));
    expect(frames.length).toBe(1);
    draw();
    expect(drawn).toBe(1);
    expect(feed.scores.get('acme/ACME')!.page_version).toBe('1-500');
    draw();
    expect(drawn).toBe(1);
  });
});

describe('a lost connection', () => {
  test('comes back with the last id, after half a second, then after a whole one', () => {
    wire().say('scores', '7-41', page(1));
    wire().onerror!();
    expect(feed.state).toBe('lost');
    expect(wires[0]!.closed).toBe(true);
    pass(499);
    expect(wires.length).toBe(1);
    pass(1);
    expect(wires.length).toBe(2);
    expect(wire().url).toContain('last_event_id=7-41');
    expect(feed.state).toBe('lost');
    wire().onerror!();
    pass(999);
    expect(wires.length).toBe(2);
    pass(1);
    expect(wires.length).toBe(3);
    wire().onopen!();
    expect(feed.state).toBe('open');
  });
  test('is tried every ten seconds at most, for ever', () => {
    for (let i = 0; i < 20; i += 1) {
      wire().onerror!();
      pass(longestWait);
    }
    expect(wires.length).toBe(21);
  });
  test('is known after 25 s of silence, and not before: there is a heartbeat every 10', () => {
    pass(10_000);
    wire().say('heartbeat', '');
    pass(silence - 1);
    expect(feed.state).toBe('open');
    pass(1);
    expect(feed.state).toBe('lost');
  });
  test('what an old connection still says does not count', () => {
    wire().onerror!();
    wires[0]!.say('scores', '1-9', page(9));
    expect(feed.scores.size).toBe(0);
  });
});

describe('what is told twice', () => {
  test('counts once', () => {
    wire().say('orders', '1-5', { what: 'parent', parent: '1', state: 'working', cum_qty: 0 });
    wire().say('orders', '1-6', { what: 'parent', parent: '1', state: 'filled', cum_qty: 100 });
    wire().onerror!();
    pass(500);
    wire().onopen!();
    wire().say('orders', '1-5', { what: 'parent', parent: '1', state: 'working', cum_qty: 0 });
    wire().say('orders', '1-6', { what: 'parent', parent: '1', state: 'filled', cum_qty: 100 });
    expect(feed.parents.get('1')!.state).toBe('filled');
    expect(feed.counts.repeated).toBe(2);
    expect(feed.counts.events).toBe(2);
  });
  test('by another start of the desk it is new', () => {
    wire().say('orders', '1-500', { what: 'parent', parent: '1', state: 'working' });
    wire().say('orders', '2-1', { what: 'parent', parent: '1', state: 'filled' });
    expect(feed.parents.get('1')!.state).toBe('filled');
  });
});

test('a reset forgets the orders, asks for them anew, and takes what comes from the start', () => {
  let resets = 0;
  feed.onreset = () => (resets += 1);
  wire().say('orders', '1-5', { what: 'parent', parent: '1', state: 'working' });
  wire().say('orders', '1-6', { what: 'decision', parent: '7' });
  expect([feed.parents.get('7')!.what, feed.told]).toEqual(['decision', 2]);
  wire().say('reset', '1-6', { why: 'too long ago' });
  expect([feed.parents.size, resets]).toEqual([0, 1]);
  wire().say('scores', '1-2', page(2));
  expect(feed.scores.size).toBe(1);
});

test('the desk that stops says bye, and one that is too slow is cut: both come back', () => {
  wire().say('bye', '');
  pass(500);
  wire().onopen!();
  wire().say('overrun', '1-1');
  expect(feed.state).toBe('lost');
  pass(500);
  expect(wires.length).toBe(3);
});

test('the maps keep the latest 2 of 3', () => {
  for (const id of ['1', '2', '3']) wire().say('orders', '1-' + id, { what: 'parent', parent: id, state: 'working' });
  feed.trim(2);
  expect([...feed.parents.keys()]).toEqual(['2', '3']);
});

test('a stream that seems open when the desk comes back is opened anew, where it was; lists are read again', () => {
  let resets = 0;
  feed.onreset = () => (resets += 1);
  wire().say('scores', '1-7', page(7));
  const old = wire();
  feed.renew();
  expect(old.closed).toBe(true);
  expect(wires).toHaveLength(2);
  expect(wire().url).toContain('last_event_id=1-7');
  expect(feed.state).toBe('lost');
  wire().onopen!();
  expect([feed.state, resets]).toEqual(['open', 1]);
  wire().say('scores', '1-7', page(7));
  expect(feed.counts.repeated).toBe(1);
});

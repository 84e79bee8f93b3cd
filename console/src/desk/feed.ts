// Live events of the desk: into plain maps as they come, and told of at most once a frame.
//
//     const feed = new Feed({ open: (url) => new EventSource(url), frame: requestAnimationFrame });
//     feed.onframe = () => redraw(feed.scores);
//     feed.start();
//
// The connection is kept up by the feed itself and not by EventSource: it comes back with the last
// id it has seen, waits longer each time, and nothing that it has seen counts twice.
import type { Ranking } from './types';

// A line of the stream: what happened to an order. The order itself is read anew.
export interface OrderLine {
  what: string;
  parent: string;
  state?: string;
  cum_qty?: number;
  n?: number; // of the lines that came
}

export type FeedState = 'connecting' | 'open' | 'lost' | 'ended';

export interface Source {
  onopen: (() => void) | null;
  onerror: (() => void) | null;
  addEventListener(name: string, listener: (event: MessageEvent) => void): void;
  close(): void;
}

export interface FeedParts {
  open: (url: string) => Source;
  frame: (run: () => void) => void;
  now?: () => number; // ms
  later?: (run: () => void, ms: number) => unknown;
  cancel?: (timer: unknown) => void;
}

export const longestWait = 10_000; // ms between two attempts
// The desk says something every 10 s: a connection that is silent for longer than this is dead.
export const silence = 25_000;

const withoutId = new Set(['heartbeat', 'reset', 'bye']);

export class Feed {
  readonly scores = new Map<string, Ranking>(); // by "profile/symbol"
  readonly parents = new Map<string, OrderLine>(); // the latest line of each
  told = 0; // lines of orders
  health: Record<string, unknown> | null = null;
  state: FeedState = 'connecting';
  lastId = '';
  since = 0; // when this state began
  retryAt = 0; // of state lost
  counts = { events: 0, repeated: 0, connects: 0, frames: 0, resets: 0 };
  onframe: () => void = () => {};
  // What was missed is not known any more: pages read what they show anew.
  onreset: () => void = () => {};

  private readonly now: () => number;
  private readonly later: (run: () => void, ms: number) => unknown;
  private readonly cancel: (timer: unknown) => void;
  private source: Source | null = null;
  private wait = 500;
  private timer: unknown = null;
  private watch: unknown = null;
  private asked = false; // a frame

  constructor(private readonly parts: FeedParts) {
    this.now = parts.now ?? (() => Date.now());
    this.later = parts.later ?? ((run, ms) => setTimeout(run, ms));
    this.cancel = parts.cancel ?? ((timer) => clearTimeout(timer as number));
    this.since = this.now();
  }

  start() {
    this.stop();
    this.counts.connects += 1;
    // Who looks sees one loss, and not every attempt to end it.
    if (this.state !== 'lost') this.become('connecting');
    const query = new URLSearchParams({ topics: 'scores,orders,health' });
    if (this.lastId) query.set('last_event_id', this.lastId);
    const source = this.parts.open('/api/v1/stream?' + query);
    this.source = source;
    source.onopen = () => {
      this.wait = 500;
      const back = this.state === 'lost';
      this.become('open');
      this.heard();
      // What changed meanwhile without being an event of the stream is read anew too.
      if (back) this.onreset();
    };
    source.onerror = () => this.lose();
    const on = (name: string, take: (data: never) => void) =>
      source.addEventListener(name, (event) => {
        if (this.source !== source) return;
        this.heard();
        if (!withoutId.has(name) && !this.fresh(event.lastEventId)) return;
        this.counts.events += 1;
        take(event.data ? (JSON.parse(event.data) as never) : (null as never));
        this.tell();
      });
    on('scores', (page: Ranking) => this.scores.set(page.profile + '/' + page.symbol, page));
    on('orders', (line: OrderLine) => {
      this.told += 1;
      this.parents.delete(line.parent); // the latest stand last
      this.parents.set(line.parent, { ...line, n: this.told });
    });
    on('health', (health: Record<string, unknown>) => (this.health = health));
    on('heartbeat', () => {});
    on('reset', () => {
      this.counts.resets += 1;
      this.lastId = '';
      this.parents.clear();
      this.onreset();
    });
    on('overrun', () => this.lose());
    on('bye', () => this.lose());
  }

  stop() {
    if (this.source) this.source.close();
    this.source = null;
    this.cancel(this.timer);
    this.cancel(this.watch);
  }

  // The desk was away: a stream that still seems open may be dead, and would be silent for long.
  renew() {
    if (!this.source) return;
    this.become('lost');
    this.start();
  }

  end() {
    this.stop();
    this.become('ended');
  }

  // Maps grow with the orders of a day; the page keeps the latest.
  trim(most: number) {
    for (const key of this.parents.keys()) {
      if (this.parents.size <= most) break;
      this.parents.delete(key);
    }
  }

  private become(state: FeedState) {
    if (state !== this.state) this.since = this.now();
    this.state = state;
    this.tell();
  }

  private heard() {
    this.cancel(this.watch);
    this.watch = this.later(() => this.lose(), silence);
  }

  // Ids are "run-sequence".
  private fresh(id: string): boolean {
    if (!id) return true;
    const [run, seq] = id.split('-').map(Number);
    const [lastRun, lastSeq] = this.lastId.split('-').map(Number);
    if (run === lastRun && seq! <= lastSeq!) {
      this.counts.repeated += 1;
      return false;
    }
    this.lastId = id;
    return true;
  }

  private lose() {
    if (!this.source) return;
    this.stop();
    this.retryAt = this.now() + this.wait;
    this.timer = this.later(() => this.start(), this.wait);
    this.wait = Math.min(this.wait * 2, longestWait);
    this.become('lost');
  }

  private tell() {
    if (this.asked) return;
    this.asked = true;
    this.parts.frame(() => {
      this.asked = false;
      this.counts.frames += 1;
      this.onframe();
    });
  }
}

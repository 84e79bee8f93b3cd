// The picture of an order's life: prices above, a lane for each LP below, one scale of time for both.
import type { Child, Execution, Timeline } from '../desk/types';

export interface Bar {
  child: Child;
  x: number;
  width: number;
  y: number;
  share: number; // filled
  kind: 'filled' | 'part' | 'none' | 'rejected' | 'open';
}
export interface Dot {
  fill: Execution;
  x: number;
  y: number;
  r: number;
}
export interface Lanes {
  from: number;
  to: number;
  bars: Bar[];
  dots: Dot[];
  bid: string;
  ask: string;
  vwap: string;
  lanes: { lp: string; y: number }[];
  prices: { y: number; px: number }[];
  times: { x: number; at: number }[];
  height: number;
}

export const lane = 22;
export const above = 150; // px of prices
const left = 64;
const right = 12;

export const xOf = (at: number, from: number, to: number, width: number) =>
  left + ((at - from) / (to - from || 1)) * (width - left - right);

function kindOf(c: Child): Bar['kind'] {
  if (c.state === 'rejected') return 'rejected';
  if (!c.ended) return 'open';
  return c.cum_qty >= c.qty ? 'filled' : c.cum_qty > 0 ? 'part' : 'none';
}

export function lanesOf(t: Timeline, width: number, now: number): Lanes {
  const children = t.children;
  const fills = t.executions.filter((e) => e.execution.exec_type !== 'bust').map((e) => ({ ...e.execution, vwap: e.vwap }));
  const times = [Date.parse(t.parent.received), ...children.map((c) => Date.parse(c.ended ?? c.sent)),
    ...fills.map((e) => Date.parse(e.at))];
  const from = times[0]!;
  const over = t.parent.ended ? Date.parse(t.parent.ended) : now;
  const last = Math.max(...times, t.parent.ended ? over : Math.min(over, Date.parse(t.parent.ends)));
  const to = last + Math.max(2, (last - from) * 0.03);
  const x = (at: string | number) => xOf(typeof at === 'string' ? Date.parse(at) : at, from, to, width);

  const quotes = t.decisions.filter((d) => d.bid !== null && d.ask !== null);
  const all = [...quotes.flatMap((d) => [d.bid!, d.ask!]), ...fills.map((e) => e.last_px)];
  let [low, high] = all.length ? [Math.min(...all), Math.max(...all)] : [0, 1];
  const room = (high - low || high * 1e-4 || 1) * 0.12;
  low -= room;
  high += room;
  const y = (p: number) => above - 8 - ((p - low) / (high - low)) * (above - 24);

  const step = (value: (d: (typeof quotes)[number]) => number) => quotes
    .map((d, i) => `${i ? 'H' + x(d.at).toFixed(1) + 'V' : 'M' + x(d.at).toFixed(1) + ' '}${y(value(d)).toFixed(1)}`)
    .join('') + (quotes.length ? 'H' + x(last).toFixed(1) : '');
  const vwaps = fills.filter((e) => e.vwap != null);
  const vwap = vwaps.map((e, i) => `${i ? 'H' + x(e.at).toFixed(1) + 'V' : 'M' + x(e.at).toFixed(1) + ' '}${y(e.vwap!).toFixed(1)}`).join('');

  const lps = [...new Set(children.map((c) => c.lp))].sort();
  const largest = Math.max(1, ...fills.map((e) => e.last_qty));
  return {
    from, to,
    lanes: lps.map((lp, i) => ({ lp, y: above + 22 + i * lane })),
    bars: children.map((c) => {
      const begin = x(c.sent);
      const end = x(c.ended ?? Math.min(last, now));
      return { child: c, x: begin, width: Math.max(4, end - begin), y: above + 22 + lps.indexOf(c.lp) * lane + 4,
        share: c.qty ? c.cum_qty / c.qty : 0, kind: kindOf(c) };
    }),
    dots: fills.map((e) => ({ fill: e, x: x(e.at), y: y(e.last_px), r: 2 + 4 * Math.sqrt(e.last_qty / largest) })),
    bid: step((d) => d.bid!),
    ask: step((d) => d.ask!),
    vwap,
    prices: (all.length ? [0.15, 0.5, 0.85] : []).map((f) => ({ px: low + (high - low) * f, y: y(low + (high - low) * f) })),
    times: [0, 0.25, 0.5, 0.75, 1].map((f) => ({ at: from + (last - from) * f, x: x(from + (last - from) * f) })),
    height: above + 22 + lps.length * lane + 22,
  };
}

// From when to when a page looks: "1h", "24h", "7d", "session", or two times. `asof` moves the end.

export interface Range {
  from: string; // RFC 3339
  to: string;
  live: boolean; // it ends now
}

export const ranges = [
  ['15m', 'last 15 minutes'],
  ['1h', 'last hour'],
  ['today', 'today'],
  ['24h', 'last 24 hours'],
  ['7d', 'last 7 days'],
  ['30d', 'last 30 days'],
] as const;

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export function lengthOf(name: string): number | null {
  const m = /^(\d+)([mhd])$/.exec(name);
  return m ? Number(m[1]) * units[m[2]!]! : null;
}

export function rangeOf(query: URLSearchParams, now: number, usual = '24h'): Range {
  const asof = Date.parse(query.get('asof') ?? '');
  const end = Number.isNaN(asof) ? now : Math.min(asof, now);
  const from = Date.parse(query.get('from') ?? '');
  const to = Date.parse(query.get('to') ?? '');
  if (!Number.isNaN(from)) {
    const until = Math.min(Number.isNaN(to) ? end : to, end);
    return {
      from: new Date(Math.min(from, until - 1)).toISOString(),
      to: new Date(until).toISOString(),
      live: Number.isNaN(to) && Number.isNaN(asof),
    };
  }
  const name = query.get('range') || usual;
  const begin = name === 'today' ? Math.floor(end / 86_400_000) * 86_400_000
    : end - (lengthOf(name) ?? 86_400_000);
  return {
    from: new Date(Math.min(begin, end - 1)).toISOString(),
    to: new Date(end).toISOString(),
    live: Number.isNaN(asof),
  };
}

// `[` and `]`: the same length, half of it earlier or later.
export function shifted(range: Range, steps: number, now: number): { from: string; to: string } | null {
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)];
  const by = ((to - from) / 2) * steps;
  if (to + by >= now) return null;
  return { from: new Date(from + by).toISOString(), to: new Date(to + by).toISOString() };
}

// So many points that they can be told apart.
export function stepOf(range: Range, points = 120): number {
  const seconds = (Date.parse(range.to) - Date.parse(range.from)) / 1000 / points;
  const steps = [60, 300, 900, 3600, 14_400, 86_400];
  return steps.find((s) => s >= seconds) ?? 86_400;
}

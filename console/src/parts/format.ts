// Numbers as they are shown. What is not known is a dash, never 0.

export const dash = '–';

const formats = new Map<number, Intl.NumberFormat>();
function format(digits: number) {
  let f = formats.get(digits);
  if (!f) {
    f = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, f);
  }
  return f;
}

// A minus as wide as a plus; no "-0.0".
export function num(value: number | null | undefined, digits = 2): string {
  if (value == null || !Number.isFinite(value)) return dash;
  const text = format(digits).format(value);
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text.replace('-', '\u2212');
}

export const signed = (value: number | null | undefined, digits = 2) =>
  value != null && value > 0 && Number(value.toFixed(digits)) > 0 ? '+' + num(value, digits)
    : num(value, digits);

// Quantities have their last digit, and no more than six.
export function qty(value: number | null | undefined): string {
  if (value == null) return dash;
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 }).format(value);
}

// A price keeps the digits that it has: 99.9892, 100.00, 1.08675.
export function px(value: number | null | undefined): string {
  if (value == null) return dash;
  return new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 })
    .format(value);
}

export const share = (value: number | null | undefined, digits = 1) =>
  value == null ? dash : num(value * 100, digits) + ' %';

export function bytes(value: number | null | undefined): string {
  if (value == null) return dash;
  const steps = ['B', 'KB', 'MB', 'GB', 'TB'];
  let at = 0;
  let left = value;
  while (left >= 1000 && at < steps.length - 1) {
    left /= 1000;
    at += 1;
  }
  return num(left, at === 0 ? 0 : 1) + ' ' + steps[at];
}

// By its unit in the catalog.
export function inUnit(value: number | null | undefined, unit: string | undefined): string {
  if (value == null) return dash;
  switch (unit) {
    case 'share of 1': return share(value);
    case 'bps': return num(value, 2);
    case 'bps/lot': return num(value, 3);
    case 'ms': return num(value, value < 10 ? 2 : 1);
    case 'points of 100': return num(value, 1);
    case 'count': return num(value, Number.isInteger(value) ? 0 : 1);
    case 'shares': return qty(value);
    case 'currency/share': return num(value, 4);
    default: return num(value, 2);
  }
}

// The unit as it stands in the head of a column.
export function unitName(unit: string | undefined): string {
  if (!unit || unit === 'count' || unit === 'share of 1') return '';
  return unit === 'points of 100' ? '' : unit;
}

const two = (n: number) => String(n).padStart(2, '0');

export type Zone = 'utc' | 'local';

// Of RFC 3339 text with up to nine digits: "14:30:00.250". In the zone that was chosen.
export function time(at: string | null | undefined, zone: Zone = 'utc', digits = 3): string {
  if (!at) return dash;
  const d = new Date(at);
  if (Number.isNaN(d.getTime())) return at;
  const part = digits ? '.' + (/\.(\d+)/.exec(at)?.[1] ?? '').padEnd(9, '0').slice(0, digits) : '';
  return zone === 'utc'
    ? `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}${part}`
    : `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}${part}`;
}

export function day(at: string | number | null | undefined, zone: Zone = 'utc'): string {
  if (at == null || at === '') return dash;
  const d = new Date(at);
  return zone === 'utc'
    ? `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`
    : `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

// With the day where it is not today.
export function when(at: string | null | undefined, zone: Zone = 'utc', digits = 0): string {
  if (!at) return dash;
  const text = time(at, zone, digits);
  return day(at, zone) === day(Date.now(), zone) ? text : day(at, zone) + ' ' + text;
}

export function ago(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

// Text of others, shown: what does not print is seen as what it is, and cannot turn text around.
export function plain(text: string | null | undefined, most = 400): string {
  if (text == null) return dash;
  const shown = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
  return shown.length > most ? shown.slice(0, most) + '…' : shown;
}

// The same of text that has lines of its own.
export const lines = (text: string) => text.split('\n').map((line) => plain(line, 2000)).join('\n');

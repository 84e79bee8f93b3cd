// A table's rows as they are shown: filtered, sorted, exported. Pure; Table.svelte draws them.
import type { Snippet } from 'svelte';

export type Value = string | number | boolean | null | undefined;

export interface Column<R> {
  key: string; // in the URL and in exports
  title: string;
  value: (row: R) => Value; // sorted, filtered and exported by this; null is absent
  text?: (row: R) => string; // what is shown
  kind?: 'text' | 'number';
  unit?: string; // small, beside the title
  kpi?: string; // its name in the catalog, for the tooltip
  tip?: string; // where it is none
  absent?: (row: R) => string | null | undefined; // why there is no value
  n?: (row: R) => number | null | undefined; // what it rests on
  cell?: Snippet<[R]>;
  hidden?: boolean; // until it is chosen
  tone?: (row: R) => 'good' | 'bad' | 'warn' | 'dim' | '' | undefined;
  mono?: boolean;
}

export interface Sort {
  key: string;
  down: boolean;
}

// "-lcb,lp": by lcb, highest first, then by lp.
export function sortOf(text: string | null): Sort[] {
  return (text ?? '').split(',').filter(Boolean).map((part) =>
    part.startsWith('-') ? { key: part.slice(1), down: true } : { key: part, down: false });
}

export const sortText = (sort: Sort[]) => sort.map((s) => (s.down ? '-' : '') + s.key).join(',');

// A click on a head: descending, ascending, as the page had it. With Shift it is one more key.
export function clicked(sort: Sort[], key: string, also: boolean, numeric: boolean): Sort[] {
  const first = { key, down: numeric };
  const at = sort.findIndex((s) => s.key === key);
  const rest = also ? sort.filter((s) => s.key !== key) : [];
  if (at < 0) return [...rest, first];
  const turned = { key, down: !sort[at]!.down };
  return sort[at]!.down === first.down ? [...rest, turned] : rest;
}

function order(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

const absent = (v: Value) => v == null || v === '' || (typeof v === 'number' && Number.isNaN(v));

// By one number, as is usual: thousands of rows within a frame. Null: it is not a number throughout.
function byNumber<R>(rows: R[], value: (row: R) => Value, down: boolean): R[] | null {
  const keys = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) {
    const v = value(rows[i]!);
    if (!absent(v) && typeof v !== 'number') return null;
    keys[i] = absent(v) ? Infinity : down ? -(v as number) : (v as number);
  }
  const places = Array.from(rows.keys());
  places.sort((a, b) => (keys[a]! === keys[b]! ? a - b : keys[a]! < keys[b]! ? -1 : 1));
  return places.map((i) => rows[i]!);
}

// Stable; what is absent stands last, whichever way it is sorted.
export function sorted<R>(rows: R[], columns: Column<R>[], sort: Sort[]): R[] {
  const keys = sort.flatMap((s) => {
    const column = columns.find((c) => c.key === s.key);
    return column ? [{ value: column.value, down: s.down }] : [];
  });
  if (!keys.length) return rows;
  if (keys.length === 1) {
    const fast = byNumber(rows, keys[0]!.value, keys[0]!.down);
    if (fast) return fast;
  }
  return rows.map((row, at) => ({ row, at, values: keys.map((k) => k.value(row)) }))
    .sort((a, b) => {
      for (let i = 0; i < keys.length; i += 1) {
        const [x, y] = [a.values[i], b.values[i]];
        if (absent(x) !== absent(y)) return absent(x) ? 1 : -1;
        if (absent(x)) continue;
        const d = order(x, y);
        if (d) return keys[i]!.down ? -d : d;
      }
      return a.at - b.at;
    })
    .map((r) => r.row);
}

interface Term {
  key: string | null;
  op: ':' | '>' | '<' | '=';
  text: string;
  not: boolean;
}

// Words, all of which must be found: "acme", "lp:LP_A", "fill_rate<0.5", "-state:filled".
export function termsOf(query: string): Term[] {
  return query.trim().split(/\s+/).filter(Boolean).map((word) => {
    const not = word.length > 1 && word.startsWith('-') && !/^-\d/.test(word);
    const body = not ? word.slice(1) : word;
    const m = /^([a-z][a-z0-9_]*)([:<>=])(.+)$/i.exec(body);
    if (!m) return { key: null, op: ':', text: body.toLowerCase(), not };
    return { key: m[1]!.toLowerCase(), op: m[2] as Term['op'], text: m[3]!.toLowerCase(), not };
  });
}

function holds<R>(row: R, columns: Column<R>[], term: Term): boolean {
  const some = term.key ? columns.filter((c) => c.key.toLowerCase() === term.key) : columns;
  return some.some((c) => {
    const value = c.value(row);
    if (term.op === ':') {
      const shown = c.text ? c.text(row) + '\n' : '';
      return value != null && (shown + String(value)).toLowerCase().includes(term.text);
    }
    if (absent(value)) return false;
    if (term.op === '=') return String(value).toLowerCase() === term.text;
    const limit = Number(term.text);
    return term.op === '<' ? Number(value) < limit : Number(value) > limit;
  });
}

export function filtered<R>(rows: R[], columns: Column<R>[], query: string): R[] {
  const terms = termsOf(query);
  if (!terms.length) return rows;
  return rows.filter((row) => terms.every((t) => holds(row, columns, t) !== t.not));
}

// The columns that are shown: those of the URL, in its order, else the page's own.
export function chosen<R>(columns: Column<R>[], text: string | null): Column<R>[] {
  if (!text) return columns.filter((c) => !c.hidden);
  const some = text.split(',').flatMap((key) => columns.find((c) => c.key === key) ?? []);
  return some.length ? some : columns.filter((c) => !c.hidden);
}

// A spreadsheet takes text that begins like a formula for one: an apostrophe makes it text.
function csvCell(value: Value): string {
  if (value == null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? "'" + value : value;
  return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
}

export function csv<R>(rows: R[], columns: Column<R>[]): string {
  const lines = [columns.map((c) => csvCell(c.key)).join(',')];
  for (const row of rows) lines.push(columns.map((c) => csvCell(c.value(row))).join(','));
  return lines.join('\r\n') + '\r\n';
}

export function json<R>(rows: R[], columns: Column<R>[]): string {
  return JSON.stringify(rows.map((row) =>
    Object.fromEntries(columns.map((c) => [c.key, c.value(row) ?? null]))), null, 1) + '\n';
}

// Of rows of one height, those that a window sees, and some more on both sides.
export function windowOf(count: number, height: number, top: number, room: number, more = 10) {
  const first = Math.max(0, Math.floor(top / height) - more);
  const last = Math.min(count, Math.ceil((top + room) / height) + more);
  return { first, last, above: first * height, below: Math.max(0, count - last) * height };
}

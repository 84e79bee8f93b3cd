import { expect, test } from 'vitest';
import { rangeOf, shifted, stepOf } from './range';
import { changed, link, placeOf } from './router.svelte';

const now = Date.parse('2026-11-30T20:00:00Z');
const of = (text: string) => rangeOf(new URLSearchParams(text), now);

test.each([
  ['', '2026-11-29T20:00:00.000Z', '2026-11-30T20:00:00.000Z', true],
  ['range=1h', '2026-11-30T19:00:00.000Z', '2026-11-30T20:00:00.000Z', true],
  ['range=today', '2026-11-30T00:00:00.000Z', '2026-11-30T20:00:00.000Z', true],
  ['range=1h&asof=2026-11-30T12:00:00Z', '2026-11-30T11:00:00.000Z', '2026-11-30T12:00:00.000Z', false],
  ['from=2026-11-30T10:00:00Z&to=2026-11-30T11:00:00Z', '2026-11-30T10:00:00.000Z', '2026-11-30T11:00:00.000Z', false],
  ['from=2026-11-30T10:00:00Z', '2026-11-30T10:00:00.000Z', '2026-11-30T20:00:00.000Z', true],
  ['asof=2030-01-01T00:00:00Z', '2026-11-29T20:00:00.000Z', '2026-11-30T20:00:00.000Z', false],
  ['range=rubbish&asof=rubbish', '2026-11-29T20:00:00.000Z', '2026-11-30T20:00:00.000Z', true],
])('"%s" is from %s to %s', (text, from, to, live) => {
  expect(of(text)).toEqual({ from, to, live });
});

test('[ moves it back by half its length; ] does not pass now', () => {
  expect(shifted(of('range=1h'), -1, now)).toEqual({ from: '2026-11-30T18:30:00.000Z', to: '2026-11-30T19:30:00.000Z' });
  expect(shifted(of('range=1h'), 1, now)).toBeNull();
});

test('an hour has steps of a minute, a day of a quarter', () => {
  expect(stepOf(of('range=1h'))).toBe(60);
  expect(stepOf(of('range=24h'))).toBe(900);
});

test('the URL is the state: it is read, changed and written', () => {
  const place = placeOf('#/lps/EUR%2FUSD?profile=acme&sort=-lcb');
  expect(place.path).toEqual(['lps', 'EUR/USD']);
  expect(link(place.path, changed(place.query, { sort: null, q: 'lcb>50' }))).toBe('#/lps/EUR%2FUSD?profile=acme&q=lcb%3E50');
  expect(placeOf('#/x/%E0%A4%A').path).toEqual(['x', '%E0%A4%A']);
});

import { expect, test } from 'vitest';
import { ago, bytes, inUnit, num, plain, px, qty, share, signed, time } from './format';

test.each([
  [num(null), '–'], [num(1234.5, 1), '1,234.5'], [num(-0.04, 1), '0.0'], [num(-0.6, 1), '\u22120.6'], [num(NaN), '–'],
  [signed(0.25, 2), '+0.25'], [signed(0.001, 2), '0.00'], [signed(-1, 0), '\u22121'],
  [qty(1_000_000.25), '1,000,000.25'], [px(100), '100.00'], [px(99.98921), '99.98921'], [share(0.95, 0), '95 %'],
  [bytes(999), '999 B'], [bytes(4_500_000), '4.5 MB'], [inUnit(0.7864, 'share of 1'), '78.6 %'], [inUnit(3, 'count'), '3'],
  [time('2026-11-30T20:10:27.577242882Z'), '20:10:27.577'], [time('2026-11-30T20:10:27.5Z', 'utc', 6), '20:10:27.500000'], [time(null), '–'],
  [ago(59_000), '59 s'], [ago(3_900_000), '1 h 05 min'],
])('%s is %s', (shown, expected) => {
  expect(shown).toBe(expected);
});

test('text that would turn the line around, or hide, is shown as what it is', () => {
  expect(plain('a\u202eb\u0000<script>')).toBe('a\\u202eb\\u0000<script>');
  expect(plain('x'.repeat(500), 10)).toBe('x'.repeat(10) + '…');
});

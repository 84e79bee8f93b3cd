import { describe, expect, test } from 'vitest';
import { chosen, clicked, csv, filtered, json, sorted, sortOf, sortText, windowOf, type Column } from './table';

interface Row {
  lp: string;
  lcb: number | null;
  state: string;
}
const rows: Row[] = [
  { lp: 'LP_B', lcb: 41.0, state: 'open' },
  { lp: 'LP_A', lcb: 55.7, state: 'open' },
  { lp: 'LP_D', lcb: null, state: 'killed' },
  { lp: 'LP_C', lcb: 54.9, state: 'open' },
];
const columns: Column<Row>[] = [
  { key: 'lp', title: 'LP', value: (r) => r.lp },
  { key: 'lcb', title: 'LCB', kind: 'number', value: (r) => r.lcb },
  { key: 'state', title: 'State', value: (r) => r.state, hidden: true },
];
const lps = (some: Row[]) => some.map((r) => r.lp.slice(3)).join('');

describe('sorting', () => {
  test('by LCB, highest first: A 55.7, C 54.9, B 41.0, and D without one last', () => {
    expect(lps(sorted(rows, columns, sortOf('-lcb')))).toBe('ACBD');
  });
  test('lowest first has the one without a number last too', () => {
    expect(lps(sorted(rows, columns, sortOf('lcb')))).toBe('BCAD');
  });
  test('by two columns: state, then LCB', () => {
    expect(lps(sorted(rows, columns, sortOf('state,-lcb')))).toBe('DACB');
  });
  test('a column that is not there sorts nothing', () => {
    expect(lps(sorted(rows, columns, sortOf('-nothing')))).toBe('BADC');
  });
  test('a click on a number sorts down, the second up, the third not at all', () => {
    const first = clicked([], 'lcb', false, true);
    expect(sortText(first)).toBe('-lcb');
    const second = clicked(first, 'lcb', false, true);
    expect(sortText(second)).toBe('lcb');
    expect(sortText(clicked(second, 'lcb', false, true))).toBe('');
  });
  test('with shift it is one more column', () => {
    expect(sortText(clicked(sortOf('-lcb'), 'lp', true, false))).toBe('-lcb,lp');
  });
});

describe('the filter', () => {
  test.each([
    ['lp_a', 'A'], ['lcb>50', 'AC'], ['lcb<50', 'B'], ['state:open lcb>54.95', 'A'], ['-state:open', 'D'],
    ['lp=lp_c', 'C'], ['open', 'BAC'], ['nobody', ''], ['', 'BADC'], ['-5', ''],
  ])('"%s" finds %s', (query, found) => {
    expect(lps(filtered(rows, columns, query))).toBe(found);
  });
});

describe('columns', () => {
  test('without a choice those that are not hidden', () => {
    expect(chosen(columns, null).map((c) => c.key)).toEqual(['lp', 'lcb']);
  });
  test('those of the URL, in its order; what is not known is left out', () => {
    expect(chosen(columns, 'state,gone,lp').map((c) => c.key)).toEqual(['state', 'lp']);
  });
});

describe('exports', () => {
  test('are what is shown: these rows, these columns, in this order', () => {
    expect(csv(sorted(filtered(rows, columns, 'state:open'), columns, sortOf('-lcb')), chosen(columns, null)))
      .toBe('lp,lcb\r\nLP_A,55.7\r\nLP_C,54.9\r\nLP_B,41\r\n');
    expect(JSON.parse(json(rows.slice(2, 3), chosen(columns, 'lp,lcb')))).toEqual([{ lp: 'LP_D', lcb: null }]);
  });
  test.each([
    ['=1+1', "'=1+1"], ['+44', "'+44"], ['-x', "'-x"], ['@sum', "'@sum"], ['\tx', "'\tx"],
    ['a,"b"', '"a,""b"""'], ['=a\nb', '"\'=a\nb"'], ['plain', 'plain'],
  ])('text %j is safe for a spreadsheet: %j', (text, cell) => {
    expect(csv([{ lp: text, lcb: -1, state: '' }], chosen(columns, 'lp,lcb'))).toBe(`lp,lcb\r\n${cell},-1\r\n`);
  });
});

test('of 8,000 rows of 26 px, 600 px at 5,200 show rows 190 to 234', () => {
  expect(windowOf(8000, 26, 5200, 600)).toEqual({ first: 190, last: 234, above: 4940, below: 201_916 });
});

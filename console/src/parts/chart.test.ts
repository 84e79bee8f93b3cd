import { expect, test } from 'vitest';
import { aligned, extent, gapped, tableOf, thinned } from './chart';

const a = { name: 'LP_A', points: [[0, 1], [60, 2], [180, null]] as [number, number | null][] };
const b = { name: 'LP_B', points: [[60, 5], [120, 6]] as [number, number | null][] };

test('two lines have one row of times; only what is not known is a gap', () => {
  expect(aligned([a, b])).toEqual({ x: [0, 60, 120, 180], ys: [[1, 2, undefined, null], [undefined, 5, 6, undefined]] });
});

test('a line of minutes that was silent for an hour breaks off; a silence of three minutes is none', () => {
  const minutes: [number, number | null][] = [[0, 1], [60, 2], [120, 3], [300, 4], [3900, 5], [3960, 6]];
  expect(gapped(minutes)).toEqual([[0, 1], [60, 2], [120, 3], [300, 4], [2100, null], [3900, 5], [3960, 6]]);
  expect(gapped(minutes.slice(0, 4))).toEqual(minutes.slice(0, 4));
});

test('the table beside it says the same', () => {
  expect(tableOf([a, b])[1]).toEqual({ at: 60, values: [2, 5] });
});

test('a month of minutes is 43,200 points: thinned to 1,000 bins it keeps its peak and its ends', () => {
  const points = Array.from({ length: 43_200 }, (_, i): [number, number] => [i, i === 20_001 ? 99 : Math.sin(i)]);
  const thin = thinned(points, 1000);
  expect(thin.length).toBeLessThanOrEqual(4000);
  expect(thin.find((p) => p[1] === 99)).toEqual([20_001, 99]);
  expect(thin[0]).toEqual(points[0]);
  expect(thin.at(-1)).toEqual(points.at(-1));
  expect(thin.every((p, i) => i === 0 || p[0] > thin[i - 1]![0])).toBe(true);
});

test('few points stay as they are', () => {
  expect(thinned(a.points, 200)).toBe(a.points);
});

test('from 1 to 6 with 6 % of room is .7 to 6.3; with 0 it begins there', () => {
  expect(extent([a, b], false)).toEqual([0.7, 6.3]);
  expect(extent([a, b], true)[0]).toBe(0);
  expect(extent([], false)).toEqual([0, 1]);
});

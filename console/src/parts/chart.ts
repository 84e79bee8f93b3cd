// What a chart draws, made of what the API answers: one row of x for all lines, gaps as null.

export interface Line {
  name: string;
  points: [number, number | null][]; // x, y
  n?: (number | null)[]; // what each rests on
}

// null: nothing is known there, and the line has a gap; undefined: another line has a point there.
export interface Aligned {
  x: number[];
  ys: (number | null | undefined)[][];
}

export function aligned(lines: Line[]): Aligned {
  const x = [...new Set(lines.flatMap((line) => line.points.map((p) => p[0])))].sort((a, b) => a - b);
  const place = new Map(x.map((value, i) => [value, i]));
  const ys = lines.map((line) => {
    const y: (number | null | undefined)[] = new Array(x.length).fill(undefined);
    for (const [at, value] of line.points) y[place.get(at)!] = value;
    return y;
  });
  return { x, ys };
}

// Where nothing was measured for much longer than is usual of the line, it breaks off and begins anew.
export function gapped(points: [number, number | null][], times = 8): [number, number | null][] {
  if (points.length < 3) return points;
  const gaps = points.slice(1).map((p, i) => p[0] - points[i]![0]);
  const usual = gaps.slice().sort((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)]!;
  return points.flatMap((p, i): [number, number | null][] =>
    i > 0 && gaps[i - 1]! > times * usual ? [[(points[i - 1]![0] + p[0]) / 2, null], p] : [p]);
}

// No more points than there are pixels for: of each bin first, lowest, highest and last, so that no
// peak is lost. A month of minutes is drawn as fast as a day.
export function thinned(points: [number, number | null][], bins: number): [number, number | null][] {
  if (points.length <= bins * 4) return points;
  const out: [number, number | null][] = [];
  const per = points.length / bins;
  for (let b = 0; b < bins; b += 1) {
    const some = points.slice(Math.floor(b * per), Math.floor((b + 1) * per));
    let low = -1;
    let high = -1;
    some.forEach(([, y], i) => {
      if (y === null) return;
      if (low < 0 || y < some[low]![1]!) low = i;
      if (high < 0 || y > some[high]![1]!) high = i;
    });
    const keep = [...new Set([0, low, high, some.length - 1])].filter((i) => i >= 0).sort((a, c) => a - c);
    for (const i of keep) out.push(some[i]!);
  }
  return out;
}

// The same as a table: a row for each x.
export function tableOf(lines: Line[]) {
  const { x, ys } = aligned(lines);
  return x.map((at, i) => ({ at, values: ys.map((y) => y[i] ?? null) }));
}

// The smallest and largest of what is drawn, with room around it, and 0 where that matters.
export function extent(lines: Line[], zero: boolean): [number, number] {
  let low = zero ? 0 : Infinity;
  let high = zero ? 0 : -Infinity;
  for (const line of lines)
    for (const [, y] of line.points) {
      if (y === null) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  if (!Number.isFinite(low)) return [0, 1];
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [zero && low === 0 ? 0 : low - room, high + room];
}

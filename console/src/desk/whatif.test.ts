import { describe, expect, test } from 'vitest';
import type { League, LeagueRow } from './types';
import { firstStep, rebalanced, scaled, stepsTo, tomlOf, whatIf, type Term } from './whatif';

const term = (kpi: string, weight_bp: number, more: Partial<Term> = {}): Term => ({ kpi, weight_bp, worst: 0, best: 1, scale: 'linear', ...more });
const row = (lp: string, us: (number | null)[], more: Partial<LeagueRow> = {}): LeagueRow => ({
  lp, gate: 'open', latency_ms: 20,
  kpis: us.map((u, i) => ({ kpi: 'k' + i, weight_bp: 5000, believed: u, sd: 0.1, n_eff: 100, u, u_sd: 0.1, rank_u: u, rank_u_sd: 0.1, points: null })),
  ...more,
} as LeagueRow);
const league = (rows: LeagueRow[], more: Partial<League> = {}): League => ({ rank_by: 'lcb', z_lcb: 1, rows,
  weights: [0, 1, 2].map((i) => ({ ...term('k' + i, 5000), tier: '' })), ...more } as League);

describe('a large move goes in steps', () => {
  const now = [term('k0', 3000), term('k1', 3500), term('k2', 2000), term('k3', 1000), term('k4', 500)];
  const goal = rebalanced(now, 0, 4500);
  test('30 to 45 % at 5 points a version takes three: 35, 40, 45; every one of them is 100 %', () => {
    let at = now;
    const seen: number[] = [];
    for (let left = stepsTo(at, goal, 500); left >= 1; left -= 1) {
      const next = firstStep(at, goal, left);
      expect(next.reduce((a, t) => a + t.weight_bp, 0)).toBe(10_000);
      for (const [i, t] of next.entries()) expect(Math.abs(t.weight_bp - at[i]!.weight_bp)).toBeLessThanOrEqual(500);
      seen.push(next[0]!.weight_bp);
      expect(stepsTo(next, goal, 500)).toBe(Math.max(1, left - 1));
      at = next;
    }
    expect(seen).toEqual([3500, 4000, 4500]);
    expect(at).toEqual(goal);
  });
  test('7 points at 5 take two; 5 take one; without a limit all goes at once', () => {
    expect(stepsTo(now, rebalanced(now, 0, 3700), 500)).toBe(2);
    expect(stepsTo(now, rebalanced(now, 0, 3500), 500)).toBe(1);
    expect(stepsTo(now, goal, 0)).toBe(1);
  });
  test('a third of 10 and -10 bp: 3 and -3', () => {
    const [a, b] = firstStep([term('k0', 5000), term('k1', 5000)], [term('k0', 5010), term('k1', 4990)], 3);
    expect([a!.weight_bp, b!.weight_bp]).toEqual([5003, 4997]);
  });
  test('a KPI that is new begins at 0', () => {
    expect(stepsTo(now, [...now, term('k9', 900)], 500)).toBe(2);
  });
});

describe('what if', () => {
  test('two KPIs of .8 and .4 at 75 and 25 %: 70; sd 7.906; placed by 62.094', () => {
    const [a] = whatIf(league([row('LP_A', [0.8, 0.4])]), [term('k0', 7500), term('k1', 2500)]);
    expect(a!.composite).toBeCloseTo(70, 12);
    expect(a!.sd).toBeCloseTo(Math.hypot(7.5, 2.5), 12); // 7.906
    expect(a!.ranked_by).toBeCloseTo(62.094, 3);
    expect(a!.points).toEqual([60, 10]);
  });
  test('another weight puts another first: A .9 .1 and B .4 .7 change places between 60 and 40 %', () => {
    const table = league([row('LP_A', [0.9, 0.1]), row('LP_B', [0.4, 0.7])]);
    expect(whatIf(table, [term('k0', 6000), term('k1', 4000)]).map((o) => o.lp)).toEqual(['LP_A', 'LP_B']);
    expect(whatIf(table, [term('k0', 4000), term('k1', 6000)]).map((o) => o.lp)).toEqual(['LP_B', 'LP_A']);
  });
  test('what is absent leaves its weight to the others: .6 of one at 60 % is 60, and with exactly 40 % absent it stands', () => {
    const [a] = whatIf(league([row('LP_A', [0.6, null])]), [term('k0', 6000), term('k1', 4000)]);
    expect(a!.composite).toBeCloseTo(60, 12);
    expect(a!.points).toEqual([60, null]);
  });
  test('with 41 % absent there is no score and no rank', () => {
    const [a] = whatIf(league([row('LP_A', [0.6, null])]), [term('k0', 5900), term('k1', 4100)]);
    expect([a!.composite, a!.rank, a!.gate]).toEqual([null, null, 'no score']);
  });
  test('who may not be sent to stands last, whatever the score', () => {
    const out = whatIf(league([row('LP_A', [0.9, 0.9], { gate: 'killed' }), row('LP_B', [0.1, 0.1])]), [term('k0', 5000), term('k1', 5000)]);
    expect(out.map((o) => [o.lp, o.rank])).toEqual([['LP_B', 1], ['LP_A', null]]);
  });
  test('equal scores: the quicker one, then by name', () => {
    const out = whatIf(league([row('LP_C', [0.5]), row('LP_B', [0.5]), row('LP_A', [0.5], { latency_ms: 30 })]), [term('k0', 10_000)]);
    expect(out.map((o) => o.lp)).toEqual(['LP_B', 'LP_C', 'LP_A']);
  });
  test('a careful LP is placed by its careful u: .5 instead of .8', () => {
    const careful = row('LP_A', [0.8]);
    careful.kpis![0]!.rank_u = 0.5;
    const out = whatIf(league([careful], { rank_by: 'composite' }), [term('k0', 10_000)])[0]!;
    expect([out.composite, out.ranked_by]).toEqual([80, 50]);
  });
});

describe('goalposts', () => {
  test('.65 between .3 and 1 is .5; its sd of .07 is .1', () => {
    const { u, s } = scaled(term('k', 1, { worst: 0.3, best: 1 }), 0.65, 0.07);
    expect(u).toBeCloseTo(0.5, 12);
    expect(s).toBeCloseTo(0.1, 12);
  });
  test('lower is better: 1 between 3 and 0 is 2/3; outside it is 0, and its sd counts half', () => {
    expect(scaled(term('k', 1, { worst: 3, best: 0 }), 1, 0.3).u).toBeCloseTo(2 / 3, 12);
    const { u, s } = scaled(term('k', 1, { worst: 3, best: 0 }), 4, 0.3);
    expect(u).toBe(0);
    expect(s).toBeCloseTo(0.05, 12);
  });
  test('on a log scale 10 ms between 100 and 1 is .5, and 1 ms of sd is .1/4.605', () => {
    const { u, s } = scaled(term('k', 1, { worst: 100, best: 1, scale: 'log' }), 10, 1);
    expect(u).toBeCloseTo(0.5, 12);
    expect(s).toBeCloseTo(0.1 / Math.log(100), 12);
  });
});

describe('sliders', () => {
  const weights = (terms: Term[]) => terms.map((t) => t.weight_bp);
  test('30 to 45: the others give 15 in the ratio 35 to 35', () => {
    expect(weights(rebalanced([term('a', 3000), term('b', 3500), term('c', 3500)], 0, 4500))).toEqual([4500, 2750, 2750]);
  });
  test.each([[0, 3333], [1, 1], [2, 10_000], [0, 0], [1, 20_000]])('term %i to %i is 10,000 in all, in whole basis points, none below 0', (at, to) => {
    const out = weights(rebalanced([term('a', 1234), term('b', 4321), term('c', 4445)], at, to));
    expect(out.reduce((a, b) => a + b)).toBe(10_000);
    expect(out.every((w) => Number.isInteger(w) && w >= 0)).toBe(true);
  });
  test('from all in one the others come back in equal parts', () => {
    expect(weights(rebalanced([term('a', 10_000), term('b', 0), term('c', 0)], 0, 5000))).toEqual([5000, 2500, 2500]);
  });
});

test('a draft is the file that it would be', () => {
  expect(tomlOf({ name: 'acme', rank_by: 'lcb', fast_kpis: ['fill_rate'], fast_kappa: 3, fast_half_life_s: 1800, z_route: 1, z_report: 1.645, max_reject_rate: 1,
    terms: [term('fill_rate', 4050, { worst: 0.5 })] }))
    .toBe('name = "acme"\nrank_by = "lcb"\nfast_kpis = ["fill_rate"]\nfast_kappa = 3\nfast_half_life = "30m"\nz_route = 1\nz_report = 1.645\nmax_reject_rate = 1\n\n'
      + '[kpi.fill_rate]\nweight = 40.5\nworst = 0.5\nbest = 1\nscale = "linear"\n');
});

// Cases that the server has worked out: what it shows, this must show, to the last digit shown and some more.
interface Vector {
  rank_by: 'lcb' | 'composite';
  z_lcb: number;
  weights: Term[];
  rows: LeagueRow[];
  cases: { weights: Term[]; expected: { lp: string; composite: number | null; sd: number | null; lcb: number | null }[] }[];
  other_goalposts: { weights: Term[]; rows: LeagueRow[]; expected: Vector['cases'][number]['expected'] };
}
const files = Object.values(import.meta.glob<{ default: Vector[] }>('../../../tests/vectors/whatif.json', { eager: true }));
describe.each((files[0]?.default ?? []).map((v, i) => [i, v] as const))('shared vector %i', (_i, v) => {
  const table = { rank_by: v.rank_by, z_lcb: v.z_lcb, weights: v.weights.map((w) => ({ ...w, tier: '' })), rows: v.rows } as unknown as League;
  test.each([...v.cases.map((c) => c), v.other_goalposts].map((c, i) => [i, c] as const))('weights %i: the browser says what the server says', (_n, c) => {
    const got = whatIf(table, c.weights);
    expect(got.filter((o) => o.rank !== null).map((o) => o.lp)).toEqual(c.expected.filter((e) => got.find((o) => o.lp === e.lp)!.rank !== null).map((e) => e.lp));
    for (const e of c.expected) {
      const o = got.find((x) => x.lp === e.lp)!;
      if (e.composite === null) expect(o.composite).toBeNull();
      else expect(o.composite).toBeCloseTo(e.composite, 6);
      if (e.sd !== null) expect(o.sd).toBeCloseTo(e.sd, 6);
      if (e.lcb !== null && v.rank_by === 'lcb') expect(o.ranked_by).toBeCloseTo(e.lcb, 6);
    }
  });
  test('other goalposts: u and its sd are those of the server', () => {
    for (const row of v.other_goalposts.rows)
      for (const k of row.kpis ?? []) {
        const term = v.other_goalposts.weights.find((w) => w.kpi === k.kpi);
        if (!term || k.u === null) continue;
        const { u, s } = scaled(term, k.believed, k.sd);
        expect(u).toBeCloseTo(k.u, 9);
        expect(s).toBeCloseTo(k.u_sd!, 9);
      }
  });
});

// What other weights and goalposts would make of the league table, worked out here from the same
// numbers that the server used: docs/api.md has the arithmetic, tests/vectors/whatif.json what must
// come out. It is for looking while one slides; what is applied is worked out by the server.
import type { League, LeagueKpi, LeagueRow, Num } from './types';

export interface Term {
  kpi: string;
  weight_bp: number;
  worst: number;
  best: number;
  scale: 'linear' | 'log';
}

export interface Outcome {
  lp: string;
  composite: Num;
  sd: Num;
  ranked_by: Num; // what it is placed by
  rank: Num;
  gate: string;
  points: (Num)[]; // of each term
}

const least = 0.001; // the smallest that a log scale takes

// u and its sd, of what is believed.
export function scaled(term: Term, believed: Num, sd: Num): { u: Num; s: number } {
  if (believed === null) return { u: null, s: 0 };
  const log = term.scale === 'log';
  const at = (v: number) => (log ? Math.log(Math.max(v, least)) : v);
  const [x, worst, best] = [at(believed), at(term.worst), at(term.best)];
  const u = Math.min(1, Math.max(0, (x - worst) / (best - worst)));
  const outside = (x - worst) / (best - worst) < 0 || (x - worst) / (best - worst) > 1;
  const slope = (outside ? 0.5 : 1) / Math.abs(best - worst);
  const spread = (sd ?? 0) / (log ? Math.max(believed, least) : 1);
  return { u, s: slope * spread };
}

// What u and its sd are of: the way back, as far as it is not clipped at a goalpost.
function unscaled(term: Term, u: number, s: number): { believed: number; sd: number } {
  const log = term.scale === 'log';
  const at = (v: number) => (log ? Math.log(Math.max(v, least)) : v);
  const [worst, best] = [at(term.worst), at(term.best)];
  // At a goalpost it lies beyond it, who knows how far: there its sd counts half.
  const x = worst + (u <= 0 ? -1e-9 : u >= 1 ? 1 + 1e-9 : u) * (best - worst);
  const believed = log ? Math.exp(x) : x;
  const slope = (u > 0 && u < 1 ? 1 : 0.5) / Math.abs(best - worst);
  return { believed, sd: (s / slope) * (log ? Math.max(believed, least) : 1) };
}

interface Part {
  weight: number;
  u: Num;
  s: number;
  rankU: Num;
  rankS: number;
}

const same = (a: Term, b: Term | undefined) => !!b && a.worst === b.worst && a.best === b.best && a.scale === b.scale;

export function whatIf(league: League, terms: Term[]): Outcome[] {
  const own = new Map(league.weights.map((w) => [w.kpi, w]));
  const score = (row: LeagueRow): Outcome => {
    const kpis = new Map((row.kpis ?? []).map((k) => [k.kpi, k]));
    const parts = terms.map((t): Part => partOf(t, kpis.get(t.kpi), own.get(t.kpi)));
    let present = 0;
    let absent = 0;
    for (const p of parts) p.u === null ? (absent += p.weight) : (present += p.weight);
    const stands = present > 0 && 10 * absent <= 4 * (present + absent);
    const out: Outcome = { lp: row.lp, composite: null, sd: null, ranked_by: null, rank: null,
      gate: row.gate, points: parts.map(() => null) };
    if (!stands) {
      if (row.gate === 'open') out.gate = 'no score';
      return out;
    }
    let [composite, spread, ranked, rankedSpread] = [0, 0, 0, 0];
    parts.forEach((p, i) => {
      if (p.u === null) return;
      const w = p.weight / present;
      out.points[i] = 100 * w * p.u;
      composite += 100 * w * p.u;
      spread += (100 * w * p.s) ** 2;
      ranked += 100 * w * (p.rankU ?? p.u);
      rankedSpread += (100 * w * p.rankS) ** 2;
    });
    out.composite = composite;
    out.sd = Math.sqrt(spread);
    out.ranked_by = league.rank_by === 'composite' ? ranked : ranked - league.z_lcb * Math.sqrt(rankedSpread);
    return out;
  };
  const rows = league.rows.map((row) => ({ out: score(row), latency: row.latency_ms ?? Infinity }));
  const open = rows.filter((r) => r.out.gate === 'open' && r.out.ranked_by !== null);
  open.sort((a, b) => b.out.ranked_by! - a.out.ranked_by! || a.latency - b.latency || (a.out.lp < b.out.lp ? -1 : 1));
  open.forEach((r, i) => (r.out.rank = i + 1));
  return [...open.map((r) => r.out), ...rows.filter((r) => !open.includes(r)).map((r) => r.out)];
}

function partOf(term: Term, kpi: LeagueKpi | undefined, own: Term | undefined): Part {
  const weight = term.weight_bp;
  if (!kpi) return { weight, u: null, s: 0, rankU: null, rankS: 0 };
  // What the server has scaled is taken as it is.
  if (same(term, own) && kpi.u !== null)
    return { weight, u: kpi.u, s: kpi.u_sd ?? 0, rankU: kpi.rank_u, rankS: kpi.rank_u_sd ?? 0 };
  const { u, s } = scaled(term, kpi.believed, kpi.sd);
  // An LP of few orders is ranked by a careful value, which only its own u tells of.
  if (own && kpi.u !== null && kpi.rank_u !== null && kpi.rank_u !== kpi.u) {
    const careful = unscaled(own, kpi.rank_u, kpi.rank_u_sd ?? 0);
    const ranked = scaled(term, careful.believed, careful.sd);
    return { weight, u, s, rankU: ranked.u, rankS: ranked.s };
  }
  return { weight, u, s, rankU: u, rankS: s };
}

// Moved to another weight, the others share what is left as they stood to each other: whole basis
// points, 10,000 in all.
export function rebalanced(terms: Term[], at: number, weight: number): Term[] {
  const fixed = Math.max(0, Math.min(10_000, Math.round(weight)));
  const rest = terms.reduce((a, t, i) => (i === at ? a : a + t.weight_bp), 0);
  let left = 10_000 - fixed;
  const others = terms.map((_, i) => i).filter((i) => i !== at);
  const out = terms.map((t) => ({ ...t }));
  out[at]!.weight_bp = fixed;
  let before = rest;
  others.forEach((i, n) => {
    const last = n === others.length - 1;
    const part = last ? left : before > 0 ? Math.round((left * terms[i]!.weight_bp) / before)
      : Math.round(left / (others.length - n));
    before -= terms[i]!.weight_bp;
    out[i]!.weight_bp = part;
    left -= part;
  });
  return out;
}

// How many versions it takes to move every weight there, where one may move a weight by `most` (bp;
// 0: as far as one likes).
export function stepsTo(now: Term[], goal: Term[], most: number): number {
  if (most <= 0) return 1;
  const was = new Map(now.map((t) => [t.kpi, t.weight_bp]));
  return Math.max(1, ...goal.map((t) => Math.ceil(Math.abs(t.weight_bp - (was.get(t.kpi) ?? 0)) / most)));
}

// The first of so many equal steps there: whole basis points, as many in all as the goal has. What is
// no weight goes at once.
export function firstStep(now: Term[], goal: Term[], steps: number): Term[] {
  if (steps <= 1) return goal;
  const was = new Map(now.map((t) => [t.kpi, t.weight_bp]));
  const out = goal.map((t) => {
    const from = was.get(t.kpi) ?? 0;
    return { ...t, weight_bp: from + Math.trunc((t.weight_bp - from) / steps) };
  });
  // What was cut off goes to those who move that way, and stays below their step.
  let rest = goal.reduce((a, t) => a + t.weight_bp, 0) - out.reduce((a, t) => a + t.weight_bp, 0);
  for (let i = 0; i < out.length && rest !== 0; i += 1) {
    const way = Math.sign(rest);
    if (Math.sign(goal[i]!.weight_bp - out[i]!.weight_bp) !== way || (goal[i]!.weight_bp - (was.get(goal[i]!.kpi) ?? 0)) % steps === 0) continue;
    out[i]!.weight_bp += way;
    rest -= way;
  }
  return out;
}

export interface ProfileParts {
  name: string;
  rank_by: string;
  fast_kpis: string[] | string;
  fast_kappa: number | null;
  fast_half_life_s: number;
  z_route: number;
  z_report: number;
  max_reject_rate: number;
  terms: Term[];
}

const duration = (s: number) => (s <= 0 ? '"never"' : s % 3600 === 0 ? `"${s / 3600}h"` : s % 60 === 0 ? `"${s / 60}m"` : `"${s}s"`);

// The draft as the file that it would be.
export function tomlOf(p: ProfileParts): string {
  const fast = typeof p.fast_kpis === 'string' ? JSON.stringify(p.fast_kpis) : JSON.stringify(p.fast_kpis);
  const lines = [
    `name = ${JSON.stringify(p.name)}`, `rank_by = ${JSON.stringify(p.rank_by)}`, `fast_kpis = ${fast}`,
    `fast_kappa = ${p.fast_kappa === null ? '"pooled"' : p.fast_kappa}`, `fast_half_life = ${duration(p.fast_half_life_s)}`,
    `z_route = ${p.z_route}`, `z_report = ${p.z_report}`, `max_reject_rate = ${p.max_reject_rate}`,
  ];
  for (const t of p.terms)
    lines.push('', `[kpi.${t.kpi}]`, `weight = ${t.weight_bp / 100}`, `worst = ${t.worst}`, `best = ${t.best}`,
      `scale = ${JSON.stringify(t.scale)}`);
  return lines.join('\n') + '\n';
}

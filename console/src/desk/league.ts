// The league table: what the server makes of one cell, or, of a desk that has none, the ranking.
import { get, target } from './api';
import type { League, LeagueRow, Lp, Profile, Ranking } from './types';

export interface Cell {
  profile: string;
  symbol: string;
  size?: string;
  regime?: string;
  against?: string;
  from?: string;
  to?: string;
  columns?: string;
}

export const leaguePath = (cell: Cell) => target('/league', { ...cell });

export const rankingPath = (cell: Cell) => target(
  `/rankings/${encodeURIComponent(cell.profile)}/${encodeURIComponent(cell.symbol)}`,
  { size: cell.size, regime: cell.regime });

const z = 1.645; // of the interval that is shown

const own = new Set(['lp', 'rank', 'gate', 'insufficient', 'composite', 'lcb', 'sd', 'n_eff', 'n_eff_lp']);

export function measuredOf(row: Ranking['rows'][number]) {
  const measured: Record<string, number | null> = {};
  const why: Record<string, string> = {};
  for (const [name, value] of Object.entries(row)) {
    if (own.has(name) || name.endsWith('_absent')) continue;
    if (typeof value === 'number' || value === null) measured[name] = value;
    const reason = row[name + '_absent'];
    if (typeof reason === 'string') why[name] = reason;
  }
  return { measured, why };
}

// Thousands of rows come in a second and a few dozen are seen: what was measured is worked out when
// it is asked for.
export function rowOf(row: Ranking['rows'][number], lp: Lp | undefined): LeagueRow {
  let told: ReturnType<typeof measuredOf> | undefined;
  const half = row.sd === null ? null : z * row.sd;
  return {
    lp: row.lp, rank: row.rank, gate: row.gate, insufficient: row.insufficient, cautious: false,
    against_rank: null, rank_change: null, against_composite: null,
    composite: row.composite, composite_sd: row.sd,
    interval_low: row.composite === null || half === null ? null : row.composite - half,
    interval_high: row.composite === null || half === null ? null : row.composite + half,
    lcb: row.lcb, execution: null, liquidity: null, p_best: null,
    n_eff: row.n_eff, n_eff_lp: row.n_eff_lp, latency_ms: (row.latency_ms as number | null) ?? null,
    get measured() { return (told ??= measuredOf(row)).measured; },
    get measured_absent() { return (told ??= measuredOf(row)).why; },
    session: lp?.session ?? 'up', breaker: lp?.breaker ?? 'closed', breaker_fault: lp?.breaker_fault ?? null,
    breaker_until: lp?.breaker_until ?? null, killed: lp?.killed ?? false, halted: lp?.halted ?? false,
    stopped: lp?.stopped ?? null,
  };
}

export function leagueOf(page: Ranking, lps: Lp[], profiles: Profile[]): League {
  const weights = Object.entries(profiles.find((p) => p.name === page.profile)?.weights ?? {});
  const rows = page.rows.map((row) => rowOf(row, lps.find((lp) => lp.lp === row.lp)));
  const leader = rows.find((row) => row.rank === 1);
  if (leader) leader.p_best = page.p_leader;
  return {
    profile: page.profile, symbol: page.symbol, rank_by: page.rank_by, size: page.size, size_name: page.size_name,
    regime: page.regime, live: true, page_version: page.page_version, as_of: page.as_of, age_ms: page.age_ms,
    config_version: page.config_version, priors_version: page.priors_version, z_lcb: 1, z_interval: z,
    max_reject_rate: 1, undecided: (page.p_leader ?? 1) < 0.95, draws: 0, measured_from: '', measured_to: '',
    measured_complete: true, rows_read: 0, against: null,
    weights: weights.map(([kpi, weight]) => ({ kpi, weight_bp: Math.round(weight * 10_000), worst: 0, best: 1,
      scale: 'linear' as const, tier: '' })),
    remarks: [], rows,
  };
}

// What stands in the way of an order to this LP; nothing: it is open.
export function hindrance(row: { killed: boolean; halted: boolean; stopped: string | null; session: string;
  breaker: string; breaker_fault: string | null; gate?: string }): { kind: 'ok' | 'warn' | 'stop' | 'off'; text: string; why?: string } {
  if (row.killed) return { kind: 'stop', text: 'killed' };
  if (row.session !== 'up') return { kind: 'off', text: 'session ' + row.session };
  if (row.halted) return { kind: 'stop', text: 'halted', why: row.stopped ?? undefined };
  if (row.stopped) return { kind: 'stop', text: 'stopped', why: row.stopped };
  if (row.breaker === 'open') return { kind: 'stop', text: 'breaker open', why: row.breaker_fault ?? undefined };
  if (row.breaker === 'half_open') return { kind: 'warn', text: 'breaker: probing', why: row.breaker_fault ?? undefined };
  if (row.gate && row.gate !== 'open') return { kind: 'warn', text: row.gate };
  return { kind: 'ok', text: 'open' };
}

export const sizes = ['smallest', '', '', '', 'largest', 'odd lot', 'of any size'];

export async function readLeague(cell: Cell, league: boolean, lps: Lp[], profiles: Profile[], signal?: AbortSignal) {
  const how = { signal, background: true };
  if (league) return get<League>(leaguePath(cell), how);
  return leagueOf(await get<Ranking>(rankingPath(cell), how), lps, profiles);
}

// A pretended desk of any size, for what a real one cannot be asked for at will: 40 LPs in 200
// symbols at 500 updates a second, a month of minutes, hostile names, back-tests that are done. Its
// answers have the shapes of the API; what they say means nothing.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { root } from './desk.mjs';

const routes = ['/scores', '/rankings/{profile}/{symbol}', '/status', '/lps', '/profiles', '/symbols', '/parents', '/orders', '/executions', '/health', '/kills',
  '/kill', '/release', '/version', '/series/{kpi}', '/league', '/catalog', '/lps/{lp}/report', '/heatmap', '/mirror', '/backtests', '/profiles/{name}',
  '/profiles/{name}/preview', '/profiles/{name}/versions', '/profiles/{name}/proposals', '/parents/{id}/timeline', '/orders/{cl_ord_id}/messages', '/audit',
  '/audit/verify', '/tokens', '/users', '/me', '/login', '/logout'];
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
// As strict as the desk's own pages are served.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
export const hostile = '<img src=x onerror=alert(1)>\u202e=cmd|"';

const kpis = [['half_spread_capture', 2000, 0, 1], ['fill_rate', 2500, 0.3, 1], ['latency_rt_ms_p50', 1500, 120, 5], ['leakage_bps_15s', 2500, 3, 0], ['reject_cost_bps', 1500, 2, 0]];
const hash = (text) => [...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, 7);
const chance = (...parts) => (hash(parts.join('/')) % 10_007) / 10_007;
const at = (ms) => new Date(ms).toISOString();

export class Crowd {
  constructor({ lps = 40, symbols = 200, perSecond = 0, lpName = null } = {}) {
    this.lps = Array.from({ length: lps }, (_, i) => (lpName && i === 0 ? lpName : `LP_${String(i + 1).padStart(2, '0')}`));
    this.symbols = Array.from({ length: symbols }, (_, i) => (i === 0 ? 'ACME' : `SYM${String(i).padStart(3, '0')}`));
    this.perSecond = perSecond;
    this.seq = 1;
    this.sent = 0;
    this.streams = new Set();
    this.version = 3;
    this.weights = kpis.map((k) => k[1]);
  }

  async start() {
    this.server = createServer((q, a) => this.answer(q, a));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    this.pump = setInterval(() => this.turn(), 50);
    return this;
  }

  async stop() {
    clearInterval(this.pump);
    for (const s of this.streams) s.end();
    this.server.closeAllConnections?.();
    await new Promise((done) => this.server.close(done));
  }

  page(symbol) {
    const rows = this.lps.map((lp) => {
      const composite = 40 + 50 * chance(lp, symbol, Math.floor(this.seq / 40));
      return { lp, rank: 0, gate: 'open', insufficient: false, composite, lcb: composite - 2, sd: 1.5, n_eff: 120, n_eff_lp: 1500, fill_rate: chance(lp, 1), latency_ms: 5 + 60 * chance(lp, 2),
        reject_rate: chance(lp, 3) * 0.1, all_in_cost_bps: 2 * chance(lp, 4), price_improvement_bps: chance(lp, 5), leakage_bps_15s: chance(lp, 6) };
    }).sort((a, b) => b.lcb - a.lcb);
    rows.forEach((r, i) => (r.rank = i + 1));
    return { profile: 'balanced', symbol, rank_by: 'lcb', size: 6, size_name: 'unknown', regime: 'normal', page_version: `1-${this.seq}`, as_of: at(Date.now()), age_ms: 1, config_version: '1',
      priors_version: '7', p_leader: 0.5, rows };
  }

  // 20 batches a second, as the desk does it.
  turn() {
    const n = Math.round(this.perSecond / 20);
    if (!n || !this.streams.size) return;
    let text = '';
    for (let i = 0; i < n; i += 1) {
      this.seq += 1;
      text += `id: 1-${this.seq}\nevent: scores\ndata: ${JSON.stringify(this.page(this.symbols[this.seq % this.symbols.length]))}\n\n`;
    }
    this.sent += n;
    for (const s of this.streams) s.write(text);
  }

  league(q) {
    const terms = kpis.map(([kpi, , worst, best], i) => ({ kpi, weight_bp: this.weights[i], worst, best, scale: kpi.includes('latency') ? 'log' : 'linear', tier: 'execution' }));
    const rows = this.lps.map((lp) => {
      const parts = terms.map((t) => {
        const u = chance(lp, t.kpi);
        const log = t.scale === 'log';
        const believed = log ? Math.exp(Math.log(t.worst) + u * (Math.log(t.best) - Math.log(t.worst))) : t.worst + u * (t.best - t.worst);
        return { kpi: t.kpi, weight_bp: t.weight_bp, believed, sd: 0.02 * Math.abs(t.best - t.worst), n_eff: 200, u, u_sd: 0.02, rank_u: u, rank_u_sd: 0.02, points: (t.weight_bp / 100) * u };
      });
      const composite = parts.reduce((a, p) => a + p.points, 0);
      const rest = { kpi: 'price_improvement_bps', weight_bp: 0, believed: chance(lp, 'pi'), sd: 0.05, n_eff: 200, u: null, u_sd: null, rank_u: null, rank_u_sd: null, points: null };
      return { lp, rank: 0, gate: 'open', insufficient: chance(lp, 'few') < 0.1, cautious: false, against_rank: null, rank_change: q.get('against') ? Math.round(4 * chance(lp, 'c')) - 2 : null,
        against_composite: null, composite, composite_sd: 1.4, interval_low: composite - 2.3, interval_high: composite + 2.3, lcb: composite - 1.4, execution: composite, liquidity: composite, p_best: null,
        n_eff: 140, n_eff_lp: 1800, latency_ms: 20, kpis: [...parts, rest],
        measured: { n_orders: 120, fill_rate: chance(lp, 'f'), effective_spread_bps: 1.2 + chance(lp, 'e'), latency_rt_ms_p50: 8 + 50 * chance(lp, 'l'), reject_rate: 0.1 * chance(lp, 'r'), markout_bps_15s: chance(lp, 'm') - 0.5,
          price_improvement_bps: chance(lp, 'p'), all_in_cost_bps: chance(lp, 'a') * 1.5, realized_spread_5m_bps: null }, measured_absent: { realized_spread_5m_bps: 'no usable quote at the horizon' },
        rejects: { capacity: 3, price: 1, other: 0 }, session: 'up', breaker: 'closed', breaker_fault: null, breaker_until: null, killed: false, halted: false, stopped: null,
        spark: Array.from({ length: 48 }, (_, i) => [Date.now() * 1e6 - (48 - i) * 1.8e12, composite + 3 * Math.sin(i / 5 + hash(lp))]) };
    }).sort((a, b) => b.lcb - a.lcb || (a.lp < b.lp ? -1 : 1));
    rows.forEach((r, i) => (r.rank = i + 1));
    rows[0].p_best = 0.71;
    return { profile: q.get('profile'), symbol: q.get('symbol'), rank_by: 'lcb', size: 2, size_name: '1-2x', regime: 'normal', live: true, page_version: `3-${this.seq}`, as_of: at(Date.now()), age_ms: 2,
      config_version: '1234', priors_version: '7', z_lcb: 1, z_interval: 1.645, max_reject_rate: 1, undecided: true, draws: 1000, measured_from: at(Date.now() - 864e5), measured_to: at(Date.now()),
      measured_complete: true, rows_read: 812, against: q.get('against') ? { what: q.get('against'), at: at(Date.now() - 864e5) } : null, weights: terms, remarks: [], rows };
  }

  profile(name) {
    return { name, version: this.version, toml: '', rank_by: 'lcb', fast_kpis: 'all', fast_kappa: null, fast_half_life_s: 1800, z_route: 1, z_report: 1.645, max_reject_rate: 1,
      terms: this.league(new URLSearchParams({ profile: name, symbol: 'ACME' })).weights, warnings: [], four_eyes: false, step_limit_bp: 500, day_limit_bp: 2000, proposals: 0 };
  }

  series(q, kpi) {
    const from = Date.parse(q.get('from') ?? '') || Date.now() - 864e5;
    const to = Date.parse(q.get('to') ?? '') || Date.now();
    const step = Number(q.get('minutes') ? 60 : q.get('step') ?? 900) * 1000;
    const points = [];
    for (let t = from; t < to && points.length < 45_000; t += step) points.push({ from: at(t), key: q.get('lp'), value: 0.6 + 0.2 * Math.sin(t / 4e6) + 0.05 * chance(kpi, t), n: 12 });
    return { kpi, unit: kpi.endsWith('rate') ? 'share of 1' : kpi.includes('_ms') ? 'ms' : 'bps', by: null, step_s: step / 1000, points };
  }

  report(lp) {
    const horizons = ['1ms', '10ms', '50ms', '100ms', '1s', '5s', '15s', '1m', '5m'];
    const s = [0.001, 0.01, 0.05, 0.1, 1, 5, 15, 60, 300];
    const cut = (key, i) => ({ key, n_orders: 200 - 40 * i, fill_rate: 0.95 - 0.1 * i, reject_rate: 0.02 * i, effective_spread_bps: 1 + 0.2 * i, price_improvement_bps: 0.3, markout_bps_15s: 0.3 - 0.1 * i, latency_rt_ms_p50: 14 });
    return { lp, from: at(Date.now() - 864e5), to: at(Date.now()), complete: true, rows_read: 812, remarks: [], measured: { n_orders: 812, fill_rate: 0.91, effective_spread_bps: 1.21, price_improvement_bps: 0.31, all_in_cost_bps: 0.82,
      reject_rate: 0.031, latency_rt_ms_p50: 14.2, latency_rt_ms_p99: 61, markout_bps_15s: -0.12, realized_spread_5m_bps: null }, measured_absent: { realized_spread_5m_bps: 'no usable quote at the horizon' }, horizons, horizon_s: s,
      fills: { by_notional: s.map((x) => 0.25 - 0.12 * Math.log10(x + 0.01)), n: s.map(() => 700) },
      rejects: { by_reject: s.map((x) => 0.5 + 0.3 * Math.log10(x + 0.01)), n: s.map(() => 30) },
      latency: { parts: [{ part: 'round_trip', n: 812, mean_ms: 15, p50_ms: 14, p90_ms: 22, p99_ms: 61 }, { part: 'ack_to_fill', n: 700, mean_ms: 4, p50_ms: 3, p90_ms: 8, p99_ms: 20 }],
        histogram: Array.from({ length: 40 }, (_, i) => [4 * 1.08 ** i, Math.round(90 * Math.exp(-(((i - 16) / 7) ** 2)))]) },
      by_size: ['under 0.5x', '0.5-1x', '1-2x', '2-5x'].map(cut), by_regime: ['calm', 'normal', 'stressed'].map(cut), rejects_by_class: { capacity: 12, price: 9, other: 1 },
      last_look: { up_n: 240, up_rejected: 31, down_n: 228, down_rejected: 6, difference: 0.103, z: 4.1, p: 0.00004, flagged: true },
      by_hour: Array.from({ length: 24 }, (_, hour) => ({ key: String(hour), n_orders: hour < 13 || hour > 20 ? (hour % 3) * 6 : 110, fill_rate: 0.8 + 0.1 * Math.sin(hour), reject_rate: 0.03, effective_spread_bps: 1.1, markout_bps_15s: 0.1, latency_rt_ms_p50: 14 })),
      changes_of: 'acme', changes: [{ at: at(Date.now() - 6e5), composite_before: 92.5, composite_after: 85, rank_before: 1, rank_after: 2, cause: 'a partial fill of 10,000 of 20,000 (E17)', exec_id: 'E17', cl_ord_id: 'D1-7' }] };
  }

  timeline(id) {
    const begun = Date.now() - 60_000;
    const parent = { id, cl_ord_id: hostile, symbol: 'ACME', side: 'sell', state: 'filled', stop_reason: null, held: null, qty: 6000, cum_qty: 6000, leaves_qty: 0, lot: 100, limit: null, avg_px: 99.99, shortfall_bps: 0.8,
      vwap_slippage_bps: null, profile: 'acme', policy: 'split', fallback: 'sweep', children: 6, received: at(begun), starts: at(begun), ends: at(begun + 180_000), ended: at(begun + 30_000) };
    const children = Array.from({ length: 6 }, (_, i) => ({ id: String(100 + i), parent: id, decision: String(1 + (i >> 1)), cl_ord_id: 'C' + (100 + i), lp: this.lps[i % 4], symbol: 'ACME', side: 'sell', kind: 'take',
      state: i === 3 ? 'rejected' : 'filled', text: i === 3 ? hostile : null, qty: 1200, cum_qty: i === 3 ? 0 : 1200, leaves_qty: 0, limit: 99.98, avg_px: i === 3 ? null : 99.99, latency_ms: 12, sent: at(begun + i * 5000), ended: at(begun + i * 5000 + 800) }));
    const decisions = [0, 1, 2].map((i) => ({ id: String(i + 1), round: i, at: at(begun + i * 10_000), bid: 99.98 - i / 100, ask: 100 - i / 100, policy: 'split', step: 'live', held: null, words: 'Ranked.', predicted_lots: 20, filled_lots: 18, outcome: null }));
    const executions = children.filter((c) => c.cum_qty).map((c, i) => ({ execution: { exec_id: 'X' + i, exec_type: 'fill', at: c.ended, lp: c.lp, symbol: 'ACME', side: 'sell', cl_ord_id: c.cl_ord_id, parent: id, child: c.id, last_qty: 1200, last_px: 99.985,
      price_improvement_bps: 0.3, effective_spread_bps: 1, latency_ms: 12 }, cum_qty: 1200 * (i + 1), vwap: 99.985, shortfall_bps: 0.8 }));
    return { parent, children, decisions, executions, complete: true };
  }

  preview() {
    return { name: 'balanced', base_version: this.version, changed: ['kpi.leakage_bps_15s.weight: 25 -> 30'], warnings: [], guard_rails: [{ rule: 'step', holds: true, words: 'No weight moves by more than 5 points.' },
      { rule: 'half', holds: true, words: 'No KPI holds more than half of the score.' }], may_apply: true, days: 5, orders: 1234, cells_looked_at: 60, cells_changed: 4, stability: 0.97,
      cells: [0, 1, 2, 3].map((i) => ({ symbol: this.symbols[i], size: 2, size_name: '1-2x', regime: 'normal', orders: 120 - i, before: this.lps.slice(0, 4), after: [this.lps[1], this.lps[0], ...this.lps.slice(2, 4)], first_changes: true, alike: 0.8 })),
      flow: this.lps.slice(0, 6).map((lp, i) => ({ lp, before: 0.4 / (i + 1), after: 0.4 / (6 - i) })), cost: { before_bps: 1.2, after_bps: 1.05, difference_bps: -0.15, low_bps: -0.4, high_bps: 0.1 }, remarks: [] };
  }

  of(path, q, method, body) {
    const rows = (list) => ({ rows: list, next_cursor: null });
    const word = path.split('/').map(decodeURIComponent);
    const version = (v) => ({ version: v, at: at(Date.now() - (4 - v) * 36e5), who: 'ann', why: v === 1 ? 'as the file has it' : 'leakage matters more', approved_by: null, source: 'apply', rolled_back_to: null, config_version: '1', changed: ['kpi.fill_rate.weight: 20 -> 25'], toml: '', current: v === this.version });
    switch (word[1]) {
      case 'me': return { accounts: 'people', name: 'ann', role: 'admin', rights: ['approve', 'release'], via: 'session', must_change_password: false, csrf: '0'.repeat(64), four_eyes: false, session_ends: null,
        may: ['kill', 'release', 'profiles.apply', 'profiles.preview', 'backtests.start', 'backtests.cancel', 'parents.cancel'] };
      case 'version': return { version: '0.1.0', build: '0.1.0 (pretended)', mode: 'paper', config_version: '1', run: 1, started: at(Date.now() - 36e5) };
      case 'status': return { mode: 'paper', at: at(Date.now()), lag_s: 0, step: 'live', step_reason: null, steps: [], killed: false, parents_open: 1, children_open: 3, children_unknown: 0,
        sessions: [{ name: 'OMS', lp: null, state: 'up', since: at(Date.now()), next_in: 1, next_out: 1 }], journal: { next_seq: 9, durable_seq: 8, entries: 8, bytes: 100, waiting_bytes: 0, longest_write_s: 0.01, failed: null },
        queues: [{ name: 'inputs', length: 0, capacity: 1000, dropped: 0 }] };
      case 'lps': return word[3] === 'report' ? this.report(word[2]) : rows(this.lps.map((lp) => ({ lp, session: 'up', killed: false, halted: false, stopped: null, breaker: 'closed', breaker_fault: null, breaker_until: null, open_qty: 0, open_notional: 0, open_orders: 0, orders_today: 9 })));
      case 'kills': return rows([]);
      case 'symbols': return rows(this.symbols.map((symbol) => ({ symbol, currency: 'USD', regime: 'normal', shard: 1, bid: 100, ask: 100.02, bid_qty: 100, ask_qty: 100, quote_at: at(Date.now()) })));
      case 'league': return this.league(q);
      case 'catalog': return rows([...new Set([...kpis.map((k) => k[0]), 'effective_spread_bps', 'reject_rate', 'price_improvement_bps', 'all_in_cost_bps', 'markout_bps_15s', 'n_orders', 'latency_rt_ms_p99', 'realized_spread_5m_bps', 'composite', 'lcb', 'n_eff', 'p_best'])]
        .map((name) => ({ name, title: name.replace(/_(bps|ms)\b/g, '').replaceAll('_', ' '), unit: name.endsWith('rate') ? 'share of 1' : name.includes('_ms') ? 'ms' : name.includes('bps') ? 'bps' : name.startsWith('n_') ? 'count' : 'points of 100', tier: 'execution',
          good: /latency|reject|leak|spread|cost/.test(name) ? 'lower' : 'higher', formula: 'as docs/spec.md has it', source: 'docs/spec.md', example: '', weighable: true, series: true })));
      case 'series': return this.series(q, word[2]);
      case 'heatmap': {
        const columns = q.get('columns') === 'hour' ? Array.from({ length: 24 }, (_, i) => String(i)) : q.get('columns') === 'regime' ? ['calm', 'normal', 'stressed'] : q.get('columns') === 'size' ? ['under 0.5x', '0.5-1x', '1-2x', '2-5x', 'over 5x'] : this.symbols.slice(0, 12);
        return { kpi: q.get('kpi'), unit: 'share of 1', good: 'higher', columns, few_below: 30, from: at(Date.now() - 864e5), to: at(Date.now()), complete: true, remarks: [],
          rows: this.lps.map((lp) => ({ lp, cells: columns.map((c) => (chance(lp, c) < 0.05 ? { value: null, value_absent: 'no orders', n: 0, few: true } : { value: 0.4 + 0.6 * chance(lp, c, 'h'), n: Math.round(250 * chance(lp, c)), few: chance(lp, c) < 0.12 })) })) };
      }
      case 'mirror': return { flow: this.lps.slice(0, 8).flatMap((lp) => ['calm', 'normal', 'stressed'].map((key) => ({ lp, key, n_orders: 40, share: chance(lp, key) / 4, notional_share: 0.1 }))),
        over_time: this.lps.slice(0, 6).flatMap((lp, l) => Array.from({ length: 28 }, (_, i) => ({ at: at(Date.now() - (28 - i) * 216e5), lp, share: 0.16 + 0.08 * Math.sin(i / 4 + l) }))),
        stated: kpis.map(([kpi], i) => ({ kpi, weight_bp: this.weights[i] })), revealed: kpis.map(([kpi], i) => ({ kpi, weight_bp: this.weights[i] + 300 - 150 * i, low_bp: this.weights[i] - 500, high_bp: this.weights[i] + 700 })), revealed_absent: null,
        rebates: this.lps.slice(0, 6).map((lp) => ({ lp, fee_bps: chance(lp) - 0.5, markout_bps_15s: chance(lp, 1) - 0.5, net_bps: chance(lp, 2) - 0.5 })), remarks: [] };
      case 'backtests': {
        const policy = (name, d) => ({ policy: name, orders: 1208, cost_bps: 1.4 + d, filled_share: 0.97, rounds: 1.2, children: 1.4, replay: { difference_bps: d, low: d - 0.07, high: d + 0.07, p: 0.001, p_holm: 0.002 },
          log: d < -0.3 ? { refused: '', why: '', ess: 341, samples: 900, clipped_mass: 0, dr: { difference_bps: d, low: d - 0.1, high: d + 0.1 }, snips: null } : { refused: 'too few effective samples', why: 'the log says too little of it', ess: 41, samples: 900, clipped_mass: 0, dr: null, snips: null },
          deviate_once: null, conclusion: d < -0.3 ? 'cheaper' : 'no conclusion', why: d < -0.3 ? 'replay and log are clear and on one side' : 'the log cannot carry it' });
        const run = (id, state) => ({ id, state, at: at(Date.now() - 6e5), ended: state === 'done' ? at(Date.now() - 3e5) : null, who: 'ann', why: 'is block cheaper?', first: 'balanced', second: 'block', from: at(Date.now() - 864e5), to: at(Date.now()), progress: state === 'running' ? 0.42 : null,
          words: 'replaying order 512 of 1,208', error: null, result: state === 'done' ? { orders: 1208, lps: 6, symbols: 4, from: '', to: '', orders_are: '', traded_by: '', replayed_bps: 1.41, paid_bps: 1.42, policies: [policy('split (balanced)', -0.58), policy('split (block)', -0.49), policy('primary (balanced)', -0.08)],
            reranking: { orders: 1499, differ: 210, difference_bps: 0.43, low: 0.07, high: 0.79, spearman: 0.92, flow: [], profile: 'balanced', against: 'block' }, recommendations: [], says: ['balanced and block put another LP first for 210 of 1,499 orders (14.0 %).'], biases: ['Censoring: an order that was filled in full only says "at least so much".'], assumptions: [] } : null });
        const all = [run('3', 'running'), run('2', 'done'), run('1', 'done')];
        return word[2] ? all.find((r) => r.id === word[2]) : rows(all.map((r) => ({ ...r, result: null })));
      }
      case 'profiles':
        if (!word[2]) return rows([{ name: 'balanced', rank_by: 'lcb', weights: {} }, { name: 'acme', rank_by: 'composite', weights: {} }]);
        if (word[3] === 'preview') return this.preview();
        if (word[3] === 'versions' && method === 'POST') {
          if (this.conflict) return { status: 412, type: 'urn:assay:problem:changed', title: 'Another version is in force', detail: `Version ${this.version} by bob: fewer rejects.` };
          this.version += 1;
          return version(this.version);
        }
        if (word[3] === 'versions') return rows(Array.from({ length: this.version }, (_, i) => version(this.version - i)));
        if (word[3] === 'rollback') { this.version += 1; return version(this.version); }
        if (word[3] === 'proposals') return rows([]);
        return this.profile(word[2]);
      case 'parents': return word[3] === 'timeline' ? this.timeline(word[2]) : rows(Array.from({ length: 3 }, (_, i) => this.timeline(String(i + 1)).parent));
      case 'decisions': return { ...this.timeline('1').decisions[0], parent: '1', symbol: 'ACME', side: 'sell', profile: 'acme', regime: 'normal', plan: 'split', chance: 1, page_version: '1', priors_version: '1', config_version: '1', id: word[2], words: 'Ranked: ' + hostile,
        candidates: this.lps.slice(0, 5).map((lp, i) => ({ lp, rank: i + 1, excluded: i === 4 ? 'breaker open' : null, until: null, reject_share: 0.02, latency_ms: 12, n_eff: 28 })), children: [{ lp: this.lps[0], kind: 'take', qty: 1200, limit: 99.98, delay_ms: 0, predicted_fill: 11, predicted_ms: 15, cost_bps: 30 }] };
      case 'orders': return word[3] === 'messages' ? { cl_ord_id: word[2], complete: true, rows: [{ at: at(Date.now()), session: 'LP_01', direction: 'sent', msg_type: 'D', exec_type: null, exec_id: null, entry: '8123', fix: '8=FIX.4.4|35=D|11=C100|55=ACME|58=' + hostile + '|10=000|', base64: '' }] } : rows(this.timeline('1').children);
      case 'executions': return rows(this.timeline('1').executions.map((e) => e.execution));
      case 'health': return { bytes_read: 9e6, bytes_messages: 9e6 - 300, bytes_between: 200, bytes_dead: 100, bytes_pending: 0, messages_read: 1000, messages_applied: 990, messages_duplicate: 5, messages_waiting: 3, messages_dead: 2, gaps: 1, no_benchmark: 0,
        dead_letters: [{ at: at(Date.now()), session: 'LP_01', reason: 'checksum', text: hostile }] };
      case 'audit': return word[2] === 'verify' ? { ok: true, entries: 3, head: 'ab'.repeat(32), anchors: 3, first_bad: null, why: '' } : rows(['done', 'refused', 'begun'].map((outcome, i) => ({ seq: String(3 - i), at: at(Date.now() - i * 1e5), who: 'ann', via: 'session', from: '127.0.0.1', act: 'kill',
        what: { scope: 'lp', value: hostile, why: 'rejects all' }, outcome, of: outcome === 'done' ? '2' : null, hash: 'cd'.repeat(32) })));
      case 'tokens': return rows([{ id: '3', owner: 'ann', name: 'nightly', role: 'viewer', created: at(Date.now()), expires: at(Date.now() + 864e5), last_used: null, revoked: false }]);
      case 'users': return rows(['ann', 'bob'].map((name, i) => ({ name, role: i ? 'trader' : 'admin', rights: i ? [] : ['approve'], disabled: false, must_change_password: !!i, created: at(Date.now()), password_at: at(Date.now()), last_login: i ? null : at(Date.now()) })));
      case 'scores': return rows(this.symbols.map((s) => this.page(s)));
      default: return { status: 404, type: 'urn:assay:problem:none', title: 'No such thing', detail: path };
    }
  }

  answer(request, reply) {
    const url = new URL(request.url, 'http://x');
    const give = (status, type, text, more = {}) => { reply.writeHead(status, { 'Content-Type': type, 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff', ...more }); reply.end(text); };
    if (url.pathname === '/openapi.yaml') return give(200, 'application/yaml', 'paths:\n' + routes.map((r) => `  /api/v1${r}:\n`).join(''));
    if (url.pathname === '/api/v1/stream') {
      reply.writeHead(200, { 'Content-Type': 'text/event-stream' });
      reply.write('retry: 1000\n\n' + this.symbols.map((s) => `id: 1-${++this.seq}\nevent: scores\ndata: ${JSON.stringify(this.page(s))}\n\n`).join(''));
      this.streams.add(reply);
      return reply.on('close', () => this.streams.delete(reply));
    }
    if (url.pathname.startsWith('/api/v1')) {
      let body = '';
      request.on('data', (part) => (body += part));
      return request.on('end', () => {
        const answer = this.of(url.pathname.slice(7), url.searchParams, request.method, body);
        const status = answer.status >= 400 ? answer.status : 200;
        give(status, status === 200 ? 'application/json' : 'application/problem+json', JSON.stringify(answer), { ETag: `"${this.version}"`, 'X-Request-Id': 'R-' + this.seq });
      });
    }
    const file = join(root, 'console/dist', url.pathname === '/' ? 'index.html' : url.pathname);
    if (!existsSync(file)) return give(404, 'text/plain', 'no');
    return give(200, types[extname(file)] ?? 'application/octet-stream', readFileSync(file));
  }
}

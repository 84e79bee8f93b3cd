// What the API says, as far as pages use it (hosts/http/openapi.yaml has all of it). Integers of
// nanoseconds pass 2^53, so times are read from their text.

export interface Rows<R> {
  rows: R[];
  next_cursor: string | null;
}

export type Num = number | null;

export interface Version {
  version: string;
  build: string;
  mode: 'replay' | 'shadow' | 'paper' | 'live';
  config_version: string;
  run: number;
  started: string;
}

export interface Session {
  name: string;
  lp: string | null;
  state: 'up' | 'down' | 'connecting';
  since: string | null;
  next_in: number;
  next_out: number;
}

export interface Status {
  mode: string;
  at: string | null;
  lag_s: number;
  step: string | null;
  step_reason: string | null;
  steps: { profile: string; symbol: string; step: string; at: string | null }[];
  killed: boolean;
  parents_open: number;
  children_open: number;
  children_unknown: number;
  sessions: Session[];
  journal: {
    next_seq: number;
    durable_seq: number;
    entries: number;
    bytes: number;
    waiting_bytes: number;
    longest_write_s: number;
    failed: string | null;
  };
  queues: { name: string; length: number; capacity: number; dropped: number }[];
}

export interface Lp {
  lp: string;
  session: 'up' | 'down' | 'connecting';
  killed: boolean;
  halted: boolean;
  stopped: string | null;
  breaker: 'closed' | 'half_open' | 'open';
  breaker_fault: string | null;
  breaker_until: string | null;
  open_qty: number;
  open_notional: number;
  open_orders: number;
  orders_today: number;
}

export interface Profile {
  name: string;
  rank_by: 'lcb' | 'composite';
  weights: Record<string, number>;
}

export interface RankingRow {
  lp: string;
  rank: Num;
  gate: string;
  insufficient: boolean;
  composite: Num;
  lcb: Num;
  sd: Num;
  n_eff: Num;
  n_eff_lp: Num;
  [column: string]: number | string | boolean | null | undefined;
}

export interface Ranking {
  profile: string;
  symbol: string;
  rank_by: 'lcb' | 'composite';
  size: number;
  size_name: string;
  regime: string;
  page_version: string;
  as_of: string;
  age_ms: number;
  config_version: string;
  priors_version: string;
  p_leader: Num;
  rows: RankingRow[];
}

export interface Symbol {
  symbol: string;
  currency: string | null;
  regime: string | null;
  bid: Num;
  ask: Num;
  bid_qty: Num;
  ask_qty: Num;
  quote_at: string | null;
}

export interface Parent {
  id: string;
  cl_ord_id: string;
  symbol: string;
  side: 'buy' | 'sell';
  state: string;
  stop_reason: string | null;
  held: string | null;
  qty: number;
  cum_qty: number;
  leaves_qty: number;
  lot: number;
  limit: Num;
  avg_px: Num;
  avg_px_absent?: string;
  shortfall_bps: Num;
  shortfall_bps_absent?: string;
  vwap_slippage_bps: Num;
  vwap_slippage_bps_absent?: string;
  profile: string;
  policy: string;
  fallback: string;
  children: number;
  received: string;
  starts: string;
  ends: string;
  ended: string | null;
}

export interface Child {
  id: string;
  parent: string;
  decision: string | null;
  cl_ord_id: string;
  lp: string;
  symbol: string;
  side: 'buy' | 'sell';
  kind: 'take' | 'rest';
  state: string;
  text: string | null;
  qty: number;
  cum_qty: number;
  leaves_qty: number;
  limit: Num;
  avg_px: Num;
  avg_px_absent?: string;
  latency_ms: Num;
  latency_ms_absent?: string;
  sent: string;
  ended: string | null;
}

export interface Candidate {
  lp: string;
  rank: Num;
  excluded: string | null;
  until: string | null;
  reject_share: Num;
  reject_share_absent?: string;
  latency_ms: Num;
  latency_ms_absent?: string;
  n_eff: Num;
  n_eff_absent?: string;
}

export interface PlannedChild {
  lp: string;
  kind: 'take' | 'rest';
  qty: number;
  limit: number;
  delay_ms: number;
  predicted_fill: Num;
  predicted_ms: Num;
  cost_bps: Num;
}

export interface Decision {
  id: string;
  parent: string;
  round: number;
  at: string;
  symbol: string;
  side: 'buy' | 'sell';
  policy: string;
  profile: string;
  regime: string;
  step: string;
  held: string | null;
  plan: string | null;
  chance: Num;
  bid: Num;
  ask: Num;
  page_version: string;
  priors_version: string;
  config_version: string;
  predicted_lots: Num;
  filled_lots: Num;
  words: string | null;
  candidates: Candidate[];
  children: PlannedChild[];
}

export interface Execution {
  exec_id: string;
  exec_type: 'fill' | 'bust' | 'correct';
  at: string;
  lp: string;
  symbol: string;
  side: string;
  cl_ord_id: string;
  parent: string | null;
  child: string | null;
  last_qty: number;
  last_px: number;
  price_improvement_bps: Num;
  price_improvement_bps_absent?: string;
  effective_spread_bps: Num;
  effective_spread_bps_absent?: string;
  latency_ms: Num;
  latency_ms_absent?: string;
}

// A fill, and how the order stood with it.
export interface Running {
  execution: Execution;
  cum_qty: number;
  vwap: Num;
  shortfall_bps: Num;
  shortfall_bps_absent?: string;
}

export interface Timeline {
  parent: Parent;
  decisions: {
    id: string;
    round: number;
    at: string;
    bid: Num;
    ask: Num;
    policy: string;
    step: string;
    held: string | null;
    words: string | null;
    predicted_lots: Num;
    filled_lots: Num;
    outcome?: string | null;
  }[];
  children: Child[];
  executions: Running[];
  complete: boolean;
}

export interface Message {
  at: string;
  session: string;
  direction: 'sent' | 'received';
  msg_type: string;
  exec_type: string | null;
  exec_id: string | null;
  entry: string | null;
  fix: string;
  base64?: string;
}

export interface Health {
  bytes_read: number;
  bytes_messages: number;
  bytes_between: number;
  bytes_dead: number;
  bytes_pending: number;
  messages_read: number;
  messages_applied: number;
  messages_duplicate: number;
  messages_waiting: number;
  messages_dead: number;
  gaps: number;
  no_benchmark: number;
  dead_letters: { at: string | null; session: string; reason: string; text: string }[];
}

export interface Killed {
  id: string;
  scope: 'all' | 'lp' | 'symbol' | 'parent';
  value: string | null;
  who: string;
  why: string;
  at: string;
  active: boolean;
  released: string | null;
  released_by: string | null;
  released_second: string | null;
  released_why: string | null;
}

export interface CatalogRow {
  name: string;
  title: string;
  unit: string;
  tier: string;
  good: 'higher' | 'lower' | 'neither';
  formula: string;
  source: string;
  example: string;
  weighable?: boolean;
  series?: boolean;
}

export interface Weight {
  kpi: string;
  weight_bp: number;
  worst: number;
  best: number;
  scale: 'linear' | 'log';
  tier: string;
}

export interface LeagueKpi {
  kpi: string;
  weight_bp: number;
  believed: Num;
  sd: Num;
  n_eff: Num;
  u: Num;
  u_sd: Num;
  rank_u: Num;
  rank_u_sd: Num;
  points: Num;
}

export interface LeagueRow {
  lp: string;
  rank: Num;
  gate: string;
  insufficient: boolean;
  cautious: boolean;
  against_rank: Num;
  rank_change: Num;
  against_composite: Num;
  composite: Num;
  composite_sd: Num;
  interval_low: Num;
  interval_high: Num;
  lcb: Num;
  execution: Num;
  liquidity: Num;
  p_best: Num;
  n_eff: Num;
  n_eff_lp: Num;
  latency_ms: Num;
  kpis?: LeagueKpi[];
  measured?: Record<string, Num>;
  measured_absent?: Record<string, string>;
  rejects?: Record<string, number>;
  session: string;
  breaker: string;
  breaker_fault: string | null;
  breaker_until: string | null;
  killed: boolean;
  halted: boolean;
  stopped: string | null;
  spark?: [number, number][];
}

export interface League {
  profile: string;
  symbol: string;
  rank_by: 'lcb' | 'composite';
  size: number;
  size_name: string;
  regime: string;
  live: boolean;
  page_version: string | null;
  as_of: string | null;
  age_ms: Num;
  config_version: string;
  priors_version: string;
  z_lcb: number;
  z_interval: number;
  max_reject_rate: number;
  undecided: boolean;
  draws: number;
  measured_from: string;
  measured_to: string;
  measured_complete: boolean;
  rows_read: number;
  against: { what: string; at: string | null } | null;
  weights: Weight[];
  remarks: string[];
  rows: LeagueRow[];
}

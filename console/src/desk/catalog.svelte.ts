// What each number is: title, unit, formula. The desk's own catalog, where it is served.
import { get } from './api';
import type { CatalogRow, Rows } from './types';

class Catalog {
  rows = $state.raw<Map<string, CatalogRow>>(new Map());

  async load() {
    const answer = await get<Rows<CatalogRow>>('/catalog');
    this.rows = new Map([...board, ...answer.rows].map((row) => [row.name, row]));
  }

  of(name: string): CatalogRow | undefined {
    return this.rows.get(name) ?? board.find((row) => row.name === name);
  }

  title(name: string): string {
    return this.of(name)?.title ?? name.replaceAll('_', ' ');
  }

  // "all-in" of "all-in bps", for where the unit stands beside it.
  bare(name: string): string {
    const unit = this.of(name)?.unit;
    const title = this.title(name);
    return unit && title.endsWith(' ' + unit) ? title.slice(0, -unit.length - 1) : title;
  }
}

const entry = (name: string, title: string, unit: string, good: CatalogRow['good'],
  formula: string): CatalogRow =>
  ({ name, title, unit, good, formula, tier: 'execution', source: 'docs/board.md', example: '' });

// Columns of the board that the catalog of KPIs does not have.
const board: CatalogRow[] = [
  entry('sd', 'sd', 'points of 100', 'lower', 'posterior standard deviation of the composite'),
  entry('n_eff_lp', 'n of the LP', 'count', 'neither',
    'effective number of all its orders that the score knows of, decayed'),
  entry('latency_ms', 'latency', 'ms', 'lower', 'believed time to its first answer; breaks ties'),
  entry('leakage_bps_per_lot', 'leakage per lot', 'bps', 'lower', 'what a further lot leaks'),
  entry('composite_slow', 'score, long run', 'points of 100', 'higher',
    'composite of the long memory alone'),
  entry('interval', '90 % interval', 'points of 100', 'neither',
    'composite -/+ 1.645 standard deviations'),
];

export const catalog = new Catalog();

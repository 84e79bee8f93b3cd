// What is a person's and not a page's: theme, zone, density, and whether the first look was seen.
import type { Zone } from './format';

export type Theme = 'dark' | 'light' | 'system';

function kept(key: string, usual: string): string {
  try {
    return localStorage.getItem('assay.' + key) ?? usual;
  } catch {
    return usual; // storage is denied: nothing is kept
  }
}

function keep(key: string, value: string) {
  try {
    localStorage.setItem('assay.' + key, value);
  } catch {
    // as above
  }
}

class Prefs {
  theme = $state(kept('theme', 'system') as Theme);
  zone = $state(kept('zone', 'utc') as Zone);
  seen = $state(kept('seen', '') === 'yes');
  system = $state<'dark' | 'light'>('dark');

  constructor() {
    if (typeof matchMedia === 'undefined') return;
    const wish = matchMedia('(prefers-color-scheme: light)');
    this.system = wish.matches ? 'light' : 'dark';
    wish.addEventListener('change', () => (this.system = wish.matches ? 'light' : 'dark'));
  }

  get shown(): 'dark' | 'light' {
    return this.theme === 'system' ? this.system : this.theme;
  }

  turn() {
    this.theme = this.shown === 'dark' ? 'light' : 'dark';
    keep('theme', this.theme);
  }

  turnZone() {
    this.zone = this.zone === 'utc' ? 'local' : 'utc';
    keep('zone', this.zone);
  }

  see() {
    this.seen = true;
    keep('seen', 'yes');
  }

  unsee() {
    this.seen = false;
  }
}

export const prefs = new Prefs();

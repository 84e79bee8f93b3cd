// How every page looks, in both themes: a screenshot, nothing that sticks out, nothing that axe-core
// objects to, nothing on the browser's console.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { open } from './browser.mjs';
import { Crowd } from './crowd.mjs';
import { root, until } from './desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const images = { 'lps-dark': 'console-lps.png', 'order-dark': 'console-order.png', 'calibrate-light': 'console-calibrate.png' };

// name, where it is, routes it needs, what must be there
export const pages = [
  ['lps', '#/lps', ['/scores'], 'table tbody tr a'],
  ['lps-every-symbol', '#/lps?symbol=*', ['/scores'], 'table tbody tr a'],
  ['orders', '#/orders', ['/parents'], 'table tbody tr a'],
  ['children', '#/orders?tab=children', ['/orders'], 'table tbody tr a'],
  ['fills', '#/orders?tab=fills', ['/executions'], 'table tbody tr'],
  ['order', '#/orders/1', ['/parents'], '.lanes rect'],
  ['health', '#/health', ['/health'], '.facts dd'],
  ['nowhere', '#/nowhere', [], 'h1'],
];

export async function violations(page) {
  // The policy of the page lets no script in but its own; what a test evaluates is not the page's.
  await page.evaluate(axe + '; undefined');
  // Rows are alike: the first four of each table stand for all of it.
  const found = await page.evaluate(() => window.axe.run({ exclude: [['tbody tr:nth-child(n+5)'], ['.sheet label:nth-child(n+4)']] }, { resultTypes: ['violations'] }));
  return found.violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n    ` +
    v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + ' | ' + (n.any[0]?.message ?? '')).join('\n    '));
}

async function look(url, { browser, shots }, [name, hash, , ready], theme) {
  const { page, errors, close } = await open(browser, url, { theme, expected: [/^404 .*\/decisions\//] });
  try {
    await page.goto(url + '/' + hash);
    await page.waitForSelector(ready);
    // A living desk has LPs with scores, fills and a filled order before it is looked at.
    await page.waitForTimeout(600);
    const file = join(shots, `${name}-${theme}.png`);
    await page.screenshot({ path: file });
    // UPDATE_IMAGES=1: what the README shows.
    if (process.env.UPDATE_IMAGES && images[`${name}-${theme}`]) copyFileSync(file, join(root, 'docs/images', images[`${name}-${theme}`]));
    assert.ok(statSync(file).size > 8000, `${file} is all but empty`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${name} is ${wide} px wider than the window of 1280`);
    const text = await page.innerText('main');
    assert.doesNotMatch(text, /\b(undefined|NaN|\[object Object\]|null)\b/, `${name} shows what is no value`);
    assert.deepEqual(await violations(page), [], `axe-core on ${name}, ${theme}`);
    await page.setViewportSize({ width: 800, height: 700 });
    await page.waitForTimeout(100);
    const narrow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(narrow <= 0, `${name} is ${narrow} px wider than a window of 800`);
    assert.deepEqual(errors, []);
  } finally {
    await close();
  }
}

export const everyPage = pages.flatMap((p) => ['dark', 'light'].map((theme) => ({
  name: `looks: ${p[0]}, ${theme}`,
  needs: p[2],
  async run(world) {
    await until('the first fills', async () => (await world.desk.get('/parents/1')).cum_qty > 0, 60);
    await look(world.desk.url, world, p, theme);
  },
})));

// Pages that a desk of a minute has little to show on: of a pretended one.
const pretended = [
  ['league', '#/lps?against=yesterday', [], 'table tbody tr a'],
  ['lp', '#/lps/LP_02?symbol=ACME', [], '.hours td'],
  ['lp-sheet', '#/lps/LP_02?sheet=1', [], '.hours td'],
  ['heat', '#/heat', [], 'td a'],
  ['calibrate', '#/calibrate', [], '.term'],
  ['backtest', '#/backtest?runs=2,1', [], '.says li'],
  ['mirror', '#/mirror', [], '.weight'],
  ['audit', '#/audit', [], 'table tbody tr'],
  ['people', '#/people', [], 'table tbody tr'],
  ['messages', '#/orders/1?child=C103', [], 'ol pre'],
];
export const everyPretended = ['dark', 'light'].map((theme) => ({
  name: `looks: pages of a pretended desk, ${theme}`,
  async run(world) {
    const crowd = await new Crowd({ lps: 9, symbols: 12 }).start();
    try {
      for (const p of pretended) await look(crowd.url, world, p, theme);
    } finally {
      await crowd.stop();
    }
  },
}));

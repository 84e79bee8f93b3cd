// How every page looks, in both themes: a screenshot, nothing that sticks out, nothing that axe-core
// objects to, nothing on the browser's console.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { open } from './browser.mjs';
import { until } from './desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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

async function look({ desk, browser, shots }, [name, hash, , ready], theme) {
  const { page, errors, close } = await open(browser, desk.url, { theme });
  try {
    await page.goto(desk.url + '/' + hash);
    await page.waitForSelector(ready);
    // A living desk has LPs with scores, fills and a filled order before it is looked at.
    await page.waitForTimeout(600);
    const file = join(shots, `${name}-${theme}.png`);
    await page.screenshot({ path: file });
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
    await look(world, p, theme);
  },
})));

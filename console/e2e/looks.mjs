// How every page looks, in both themes: a screenshot that is not blank, tables with rows and charts
// with lines, nothing that sticks out, nothing that axe-core objects to, nothing on the browser's console.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { open } from './browser.mjs';
import { Crowd } from './crowd.mjs';
import { root, until } from './desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const images = { 'lps-dark': 'console-lps.png', 'order-dark': 'console-order.png' };

// name, where it is, what must be there; `#` in front: drawn on a canvas
const real = [
  ['lps', '#/lps', 'table tbody tr a', '#canvas'],
  ['lp', '#/lps/LP_A?symbol=ACME', '.hours td', '#canvas'],
  ['lp-sheet', '#/lps/LP_A?sheet=1', '.hours td', '#canvas'],
  ['heat', '#/heat', 'td a'],
  ['orders', '#/orders', 'table tbody tr a'],
  ['children', '#/orders?tab=children', 'table tbody tr a'],
  ['fills', '#/orders?tab=fills', 'table tbody tr a'],
  ['order', '#/orders/1', '.lanes rect', '.words'],
  ['calibrate', '#/calibrate?profile=acme', '.term input[type=range]', 'table svg rect'],
  ['backtest', '#/backtest', 'table tbody tr'],
  ['mirror', '#/mirror', '.weight', '#canvas'],
  ['health', '#/health', '.facts dd', 'table tbody tr'],
  ['audit', '#/audit', 'table tbody tr'],
  ['people', '#/people', 'table tbody tr'],
  ['nowhere', '#/nowhere', 'h1'],
];
// What a desk of a minute has little to show of: of a pretended one.
const pretended = [
  ['league-every-symbol', '#/lps?symbol=*', 'table tbody tr a'],
  ['league-compared', '#/lps?against=yesterday', 'table tbody tr a', '#canvas'],
  ['backtest-done', '#/backtest?runs=2,1', '.says li'],
  ['messages', '#/orders/1?child=C103', 'ol pre'],
];

async function violations(page) {
  // Rows are alike: the first four of each table stand for all of it.
  const found = await page.evaluate(() => window.axe.run({ exclude: [['tbody tr:nth-child(n+5)'], ['.sheet label:nth-child(n+4)']] }, { resultTypes: ['violations'] }));
  return found.violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n    ` +
    v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + ' | ' + (n.any[0]?.message ?? '')).join('\n    '));
}

// Of a picture: the share of its most frequent colour and how many colours it has, each of 4 bits a
// channel, looked at in every fourth pixel both ways; and how light it is on average.
const coloursOf = (page, png) => page.evaluate(async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const counts = new Map();
  let [looked, light] = [0, 0];
  for (let y = 0; y < image.height; y += 4)
    for (let x = 0; x < image.width; x += 4) {
      const i = 4 * (y * image.width + x);
      const key = (data[i] >> 4 << 8) | (data[i + 1] >> 4 << 4) | (data[i + 2] >> 4);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      light += (data[i] + data[i + 1] + data[i + 2]) / 765;
      looked += 1;
    }
  return { most: Math.max(...counts.values()) / looked, colours: counts.size, light: light / looked };
}, png.toString('base64'));

// Canvases that nothing was drawn on, tables without a head or row, words that are no values.
const gross = (page) => page.evaluate(() => {
  const wrong = [];
  for (const canvas of document.querySelectorAll('main canvas')) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    for (let i = 3; i < data.length; i += 4) inked += data[i] > 0;
    if (inked < 200) wrong.push('a chart has nothing on it: ' + (canvas.closest('figure')?.innerText ?? ''));
  }
  for (const table of document.querySelectorAll('main table')) {
    if (!table.tBodies[0]?.rows.length) wrong.push('a table without rows: ' + table.caption?.innerText);
    if (!table.querySelector('th')) wrong.push('a table without heads: ' + table.caption?.innerText);
  }
  const words = /\b(undefined|NaN|\[object Object\]|null)\b/.exec(document.querySelector('main').innerText);
  if (words) wrong.push('it says ' + words[0]);
  const h1 = document.querySelectorAll('h1').length;
  if (h1 !== 1) wrong.push(h1 + ' heads of the first order');
  const out = document.documentElement.scrollWidth - innerWidth;
  if (out > 0) wrong.push(`it is ${out} px wider than the window of ${innerWidth}`);
  return wrong;
});

async function look({ page }, url, shots, [name, hash, ...needed]) {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(url + '/' + hash);
  for (const what of needed) {
    if (what.startsWith('#')) await page.waitForFunction((tag) => document.querySelector('main ' + tag)?.width > 0, what.slice(1));
    else await page.waitForSelector('main ' + what, { state: 'attached' });
  }
  await page.waitForLoadState('networkidle', { timeout: 1500 }).catch(() => {}); // a living page never is
  if ((await page.evaluate(() => document.documentElement.dataset.theme)) !== 'dark') await page.keyboard.press('t');
  const seen = {};
  for (const theme of ['dark', 'light']) {
    if (theme === 'light') await page.keyboard.press('t');
    await page.waitForFunction((t) => document.documentElement.dataset.theme === t, theme);
    await page.waitForTimeout(120); // charts are drawn anew in the next frames
    const png = await page.screenshot();
    writeFileSync(join(shots, `${name}-${theme}.png`), png);
    // UPDATE_IMAGES=1: what the README shows.
    const image = images[`${name}-${theme}`];
    if (process.env.UPDATE_IMAGES && image) copyFileSync(join(shots, `${name}-${theme}.png`), join(root, 'docs/images', image));
    seen[theme] = await coloursOf(page, png);
    assert.deepEqual(await gross(page), [], `${name}, ${theme}`);
    const bad = await violations(page);
    assert.ok(!bad.length, `axe-core on ${name}, ${theme}: ${bad.join('\n')}`);
  }
  for (const [theme, { most, colours }] of Object.entries(seen)) {
    assert.ok(colours >= 12, `${name}, ${theme}: ${colours} colours`);
    assert.ok(most < 0.985, `${name}, ${theme}: ${(100 * most).toFixed(1)} % of it is of one colour`);
  }
  assert.ok(seen.light.light > seen.dark.light + 0.4, `${name}: the two themes are as light: ${seen.light.light}, ${seen.dark.light}`);
  await page.setViewportSize({ width: 800, height: 700 });
  await page.waitForTimeout(80);
  assert.deepEqual(await gross(page), [], `${name}, at 800 px`);
}

const looked = (p, last, url, begin) => ({ name: 'looks: ' + p[0], last, async run(world) {
  const at = await begin(world);
  at.errors.length = 0;
  try {
    await look(at, url(world), world.shots, p);
    assert.deepEqual(at.errors, []);
  } catch (error) {
    await at.page.screenshot({ path: `${world.shots}/failed-${p[0]}.png` }).catch(() => {});
    throw error;
  }
} });

// One window for all pages of a desk: what a person has, too.
let window, crowd, crowdWindow;
const ofDesk = async ({ browser, desk }) => {
  if (window) return window;
  await until('the first fills', async () => (await desk.get('/parents/1')).cum_qty > 0, 60);
  window = await open(browser, desk.url, { as: desk.admin, expected: [/^404 .*\/decisions\//] });
  await window.page.addInitScript(axe);
  return window;
};
const ofCrowd = async ({ browser }) => {
  if (crowdWindow) return crowdWindow;
  crowd = await new Crowd({ lps: 9, symbols: 12 }).start();
  crowdWindow = await open(browser, crowd.url);
  await crowdWindow.page.addInitScript(axe);
  return crowdWindow;
};
export const list = [
  ...real.map((p) => looked(p, 1, ({ desk }) => desk.url, ofDesk)),
  ...pretended.map((p) => looked(p, 4, () => crowd.url, ofCrowd)),
];
// Pages that live cost what is measured later.
list.push({ name: 'the windows are closed', step: true, last: 4.5, run: end });
export async function end() {
  await window?.close();
  await crowdWindow?.close();
  await crowd?.stop();
  window = crowdWindow = crowd = null;
}

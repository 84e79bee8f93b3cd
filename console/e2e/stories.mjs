// What people come to the console for, done as they would do it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { open } from './browser.mjs';
import { until } from './desk.mjs';

const story = (name, needs, run, more = {}) => ({ name, needs, ...more, async run(world) {
  const at = await open(world.browser, world.desk.url, more);
  try {
    await run({ ...world, ...at });
    assert.deepEqual(at.errors, []);
  } catch (error) {
    await at.page.screenshot({ path: `${world.shots}/failed-${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png` }).catch(() => {});
    throw error;
  } finally {
    await at.close();
  }
} });

// A decision is in the history a moment after its children are out.
const fresh = [/^404 .*\/decisions\//];
const rows = (page, caption) => page.locator('table', { has: page.locator('caption', { hasText: caption }) }).locator('tbody tr');
const texts = async (page, caption, column) => {
  const heads = await page.locator('table', { has: page.locator('caption', { hasText: caption }) }).locator('thead th').allInnerTexts();
  const at = heads.findIndex((t) => t.trim().startsWith(column));
  assert.ok(at >= 0, `no column ${column} in ${heads}`);
  return Promise.all((await rows(page, caption).all()).map(async (row) => (await row.locator('th, td').nth(at).innerText()).trim()));
};
const download = async (page, button) => {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button, exact: true }).click()]);
  return readFileSync(await file.path(), 'utf8');
};

export const list = [
  story('a first visit: five LPs ranked within seconds, and a look that can be dismissed', ['/scores'], async ({ page, desk }) => {
    await page.goto(desk.url);
    await rows(page, 'League table').nth(4).waitFor();
    await page.getByText('A first look').waitFor();
    await page.getByRole('button', { name: 'Understood' }).click();
    await page.reload();
    await rows(page, 'League table').nth(4).waitFor();
    assert.equal(await page.getByText('A first look').count(), 0);
    const ranks = await texts(page, 'League table', '#');
    assert.deepEqual(ranks.map(Number), [1, 2, 3, 4, 5]);
  }, { seen: false }),

  story('sort, filter and columns are in the URL; back goes back; what is exported is what is shown', ['/scores'], async ({ page, desk }) => {
    await page.goto(desk.url + '/#/lps');
    await rows(page, 'League table').nth(4).waitFor();
    await page.getByRole('button', { name: 'LCB' }).click();
    assert.match(page.url(), /sort=-lcb/);
    const lcb = (await texts(page, 'League table', 'LCB')).map(Number);
    assert.deepEqual(lcb, lcb.slice().sort((a, b) => b - a));
    await page.keyboard.press('/');
    await page.keyboard.type('lcb>0 -lp:LP_B');
    await until('four rows', async () => (await rows(page, 'League table').count()) === 4);
    await page.locator('summary', { hasText: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'n of LP' }).click();
    await page.locator('summary', { hasText: 'Columns' }).click();
    const csv = (await download(page, 'CSV')).trim().split('\r\n');
    const json = JSON.parse(await download(page, 'JSON'));
    const shown = await texts(page, 'League table', 'LP');
    assert.equal(csv.length, 5);
    assert.deepEqual(json.map((r) => r.lp), shown.map((t) => t.split(/\s/)[0]));
    assert.deepEqual(Object.keys(json[0]), csv[0].split(','));
    await page.getByRole('button', { name: 'Link', exact: true }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, page.url());
    await page.goBack();
    await page.goBack();
    await until('without a sort', () => !page.url().includes('sort='));
  }),

  story('the keys: j and Enter open the second LP or order, t turns the light, ? helps, g goes', ['/parents'], async ({ page, desk }) => {
    await page.goto(desk.url + '/#/orders');
    await rows(page, 'Parent orders').nth(1).waitFor();
    const second = (await texts(page, 'Parent orders', 'Order'))[1];
    await page.keyboard.press('p'); // new orders would move the rows
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const at = (await page.locator('tr.at th').innerText()).trim();
    assert.ok(at === second || at.length > 0);
    await page.keyboard.press('Enter');
    await page.locator('dd', { hasText: at }).waitFor();
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const before = await theme();
    await page.keyboard.press('t');
    assert.notEqual(await theme(), before);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'Health' }).waitFor();
  }, { expected: fresh }),

  story('why: from the order to its decision in words, who was second, and what came of each child', ['/parents'], async ({ page, desk }) => {
    await until('the ACME order is filled', async () => (await desk.get('/parents/1')).state === 'filled', 120);
    const children = (await desk.get('/parents/1/children')).rows;
    await page.goto(desk.url + '/#/orders');
    await rows(page, 'Parent orders').nth(0).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('qty=50000');
    await until('the one order', async () => (await rows(page, 'Parent orders').count()) === 1);
    await rows(page, 'Parent orders').locator('a').first().click();
    await page.getByText('50,000 of 50,000').waitFor();
    assert.equal(await rows(page, 'Children of the order').count() >= Math.min(children.length, 20), true);
    await page.getByText('Ranked:').waitFor();
    await page.getByText('Second').waitFor();
    // A decision further down, one that went on after an LP had given less than it was asked for.
    const short = children.find((c) => c.cum_qty > 0 && c.cum_qty < c.qty) ?? children.find((c) => c.cum_qty < c.qty);
    await page.getByRole('button', { name: short.cl_ord_id, exact: true }).first().click();
    await until('its decision', () => page.url().includes('decision=' + short.decision));
    await page.locator('.words', { hasText: `Happened: ${short.lp} filled` }).waitFor();
  }),

  story('a tooltip on a number says its formula and what it rests on', ['/scores'], async ({ page, desk }) => {
    await page.goto(desk.url + '/#/lps');
    await rows(page, 'League table').nth(4).waitFor();
    await rows(page, 'League table').nth(0).locator('[data-c=lcb]').hover();
    const tip = page.getByRole('tooltip');
    await tip.waitFor();
    assert.match(await tip.innerText(), /exactly/);
  }),

  story('kill an LP while orders flow: no child goes there, until it is released', ['/kill', '/release'], async ({ page, desk }) => {
    await page.goto(desk.url + '/#/health');
    await page.getByRole('button', { name: 'Stop LP_C …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/orders? (is|are) out there now|It is not known/).waitFor();
    await dialog.getByLabel('Why').fill('=rejects <b>everything</b>');
    await dialog.getByLabel('Your name').fill('ada');
    await dialog.getByRole('button', { name: 'Stop LP_C' }).click();
    await rows(page, 'Kills and releases').locator('text=lp LP_C').waitFor();
    const killed = (await desk.get('/kills')).rows.find((k) => k.active && k.value === 'LP_C');
    assert.equal(killed.who, 'ada');
    await page.getByText('=rejects <b>everything</b>').waitFor(); // as text
    const count = async () => (await desk.get('/lps')).rows.find((lp) => lp.lp === 'LP_C').orders_today;
    const others = async () => (await desk.get('/lps')).rows.reduce((a, lp) => a + (lp.lp === 'LP_C' ? 0 : lp.orders_today), 0);
    const [before, flow] = [await count(), await others()];
    await until('ten more children to others', async () => (await others()) >= flow + 10, 90);
    assert.equal(await count(), before);
    await page.goto(desk.url + '/#/lps');
    await page.locator('tr', { hasText: 'LP_C' }).getByText('killed').waitFor();
    await page.goto(desk.url + '/#/health');
    await page.getByRole('button', { name: 'Release …' }).click();
    await dialog.getByLabel('Why').fill('they fixed it');
    await dialog.getByLabel('Your name').fill('ada');
    const second = dialog.getByLabel(/second person/);
    if (await second.count()) await second.fill('grace');
    await dialog.getByRole('button', { name: 'Release LP_C' }).click();
    await until('it is released', async () => (await desk.get('/kills')).rows.every((k) => !k.active));
    await until('a child goes to LP_C again', async () => (await count()) > before, 90);
  }),

  story('the connection is lost, said to be, and comes back without anything told twice', ['/parents'], async ({ page, desk, context }) => {
    await page.goto(desk.url + '/#/orders');
    await rows(page, 'Parent orders').nth(0).waitFor();
    await context.setOffline(true);
    // What is open stays open offline in Chromium: the desk itself has to be held.
    const pid = desk.pidOf('desk');
    process.kill(pid, 'SIGSTOP');
    try {
      await page.getByText(/Connection lost/).waitFor({ timeout: 40_000 });
    } finally {
      process.kill(pid, 'SIGCONT');
      await context.setOffline(false);
    }
    await page.getByText(/Connection lost/).waitFor({ state: 'detached', timeout: 40_000 });
    const known = (await desk.get('/parents?limit=1000')).rows.map((p) => p.cl_ord_id);
    await until('every order once', async () => {
      const count = Number((await page.locator('.count').first().innerText()).replace(/\D/g, ''));
      return count >= known.length && count <= known.length + 20;
    });
    const ids = await texts(page, 'Parent orders', 'Order');
    assert.equal(new Set(ids).size, ids.length);
  }, { last: 1, expected: [...fresh, /ERR_INTERNET_DISCONNECTED|ERR_NETWORK|ERR_INCOMPLETE|Failed to load resource/] }),

  story('an LP whose session goes down is told of on every page', ['/lps'], async ({ page, desk }) => {
    await page.goto(desk.url + '/#/lps');
    await rows(page, 'League table').nth(4).waitFor();
    process.kill(desk.pidOf('lps'), 'SIGSTOP');
    try {
      await page.getByText(/Session LP_A is (down|connecting)/).waitFor({ timeout: 90_000 });
    } finally {
      process.kill(desk.pidOf('lps'), 'SIGCONT');
    }
  }, { last: 2 }),
];

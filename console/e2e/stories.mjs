// What people come to the console for, done as they would do it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from './browser.mjs';
import { root, until } from './desk.mjs';

// `as`: who has signed in, of the desk's people.
const story = (name, who, run, more = {}) => ({ name, ...more, async run(world) {
  const as = await people[who](world.desk);
  const at = await open(world.browser, world.desk.url, { as, ...more });
  try {
    await run({ ...world, ...at, as });
    assert.deepEqual(at.errors, []);
  } catch (error) {
    await at.page.screenshot({ path: `${world.shots}/failed-${name.slice(0, 40).replaceAll(/[^a-z0-9]+/gi, '-')}.png` }).catch(() => {});
    throw error;
  } finally {
    await at.close();
  }
} });
export const people = {
  nobody: () => null,
  admin: (desk) => desk.admin,
  ada: (desk) => desk.person('ada', 'quant', { approve: true }),
  grace: (desk) => desk.person('grace', 'quant'),
  tom: (desk) => desk.person('tom', 'trader', { release: true }),
};

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

const signIn = async (page, name, password) => {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};
const chooseOwn = async (page, old, fresh) => {
  await page.getByLabel('The password that you were given').fill(old);
  await page.getByLabel('Your own password').fill(fresh);
  await page.getByLabel('Once more').fill(fresh);
  await page.getByRole('button', { name: 'Use it' }).click();
};
const notSignedIn = [/^401 .*\/(me|stream)/];

export const firstPerson = story('the first person signs in with the password of the start, chooses one, and sees five LPs ranked', 'nobody', async ({ page, desk, context }) => {
  const [first, own] = [desk.firstPassword(), 'a walks along nine quiet canals'];
  await page.goto(desk.url);
  await signIn(page, 'admin', first);
  await chooseOwn(page, first, own);
  await rows(page, 'League table').nth(4).waitFor();
  await page.getByText('A first look').waitFor();
  await page.getByRole('button', { name: 'Understood' }).click();
  await page.reload();
  await rows(page, 'League table').nth(4).waitFor();
  assert.equal(await page.getByText('A first look').count(), 0);
  assert.deepEqual((await texts(page, 'League table', '#')).map(Number), [1, 2, 3, 4, 5]);
  const [cookie] = await context.cookies();
  desk.admin = { name: 'admin', password: own, cookie: { name: cookie.name, value: cookie.value }, csrf: '' };
  desk.admin.csrf = (await desk.get('/me', desk.admin)).csrf;
}, { seen: false, expected: notSignedIn });

export const list = [
  story('sort, filter and columns are in the URL; back goes back; what is exported is what is shown', 'ada', async ({ page, desk }) => {
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

  story('the keys: j and Enter open an order, t turns the light, ? helps, g goes', 'ada', async ({ page, desk }) => {
    await page.goto(desk.url + '/#/orders');
    await rows(page, 'Parent orders').nth(1).waitFor();
    await page.keyboard.press('p'); // new orders would move the rows
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const at = (await page.locator('tr.at th').innerText()).trim();
    assert.ok((await texts(page, 'Parent orders', 'Order')).includes(at));
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

  story('why: from the order to its decision in words, who was second, and what came of each child', 'ada', async ({ page, desk }) => {
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
    // The first one that scores stood behind: an order that comes with the desk's start may find none yet.
    const ranked = (await desk.get('/parents/1/timeline')).decisions.find((d) => /Ranked: .*second/.test(d.words));
    await rows(page, 'Decisions of the order').getByRole('button', { name: String(ranked.round + 1), exact: true }).click();
    await page.locator('.words', { hasText: 'Ranked:' }).waitFor();
    await page.locator('dt', { hasText: 'Second' }).waitFor();
    // A decision further down, one that went on after an LP had given less than it was asked for.
    const short = children.find((c) => c.cum_qty > 0 && c.cum_qty < c.qty) ?? children.find((c) => c.cum_qty < c.qty);
    await page.getByRole('button', { name: short.cl_ord_id, exact: true }).first().click();
    await until('its decision', () => page.url().includes('decision=' + short.decision));
    await page.locator('.words', { hasText: `Happened: ${short.lp} filled` }).waitFor();
  }),

  story('a tooltip on a number says its formula and what it rests on', 'ada', async ({ page, desk }) => {
    await page.goto(desk.url + '/#/lps');
    await rows(page, 'League table').nth(4).waitFor();
    await rows(page, 'League table').nth(0).locator('[data-c=lcb]').hover();
    const tip = page.getByRole('tooltip');
    await tip.waitFor();
    assert.match(await tip.innerText(), /exactly/);
  }),

  story('kill an LP while orders flow: no child goes there, until it is released', 'tom', async ({ page, desk }) => {
    await page.goto(desk.url + '/#/health');
    await page.getByRole('button', { name: 'Stop LP_C …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/orders? (is|are) out there now|It is not known/).waitFor();
    await dialog.getByLabel('Why').fill('=rejects <b>everything</b>');
    await dialog.getByRole('button', { name: 'Stop LP_C' }).click();
    await rows(page, 'Kills and releases').locator('text=lp LP_C').waitFor();
    const killed = (await desk.get('/kills')).rows.find((k) => k.active && k.value === 'LP_C');
    assert.equal(killed.who, 'tom');
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
    await dialog.getByRole('button', { name: 'Release LP_C' }).click();
    await until('it is released', async () => (await desk.get('/kills')).rows.every((k) => !k.active));
    await until('a child goes to LP_C again', async () => (await count()) > before, 90);
  }),

  story('a back-test of the desk’s own day: progress, then replay and log side by side, with what each cannot say', 'ada', async ({ page, desk }) => {
    await page.goto(desk.url + '/#/backtest');
    await page.getByRole('textbox', { name: 'Why' }).fill('would block be cheaper?');
    await page.getByRole('button', { name: 'Start it' }).click();
    await page.getByRole('progressbar').or(page.getByText('done').first()).first().waitFor();
    await rows(page, 'Policies').first().waitFor({ timeout: 240_000 });
    assert.ok((await rows(page, 'Policies').count()) >= 2);
    assert.equal((await texts(page, 'Back-tests', 'By'))[0], 'ada');
  }),

  story('LP_A falls after it gave less than it was asked for, and the decision that left it is opened', 'ada', async ({ page, desk }) => {
    // Its answers are drawn: which of its children comes short, and whether that moves its score more than all
    // else of the same moment, is not known before.
    const score = (words, how) => Number(new RegExp(`LP_A ${how}`).exec(words)?.[1] ?? NaN);
    const short = await until('a child of LP_A that came short, and cost it score', async () => {
      for (const c of (await desk.get('/orders?lp=LP_A&symbol=ACME&limit=1000')).rows) {
        if (!c.ended || c.cum_qty >= c.qty) continue;
        const { decisions } = await desk.get(`/parents/${c.parent}/timeline`);
        const at = decisions.findIndex((d) => d.id === c.decision);
        const before = score(decisions[at]?.words, 'with (\\d+\\.\\d)');
        const left = decisions.slice(at + 1).find((d) => d.words.includes('Left out: LP_A'));
        const after = score(left?.words, '\\((\\d+\\.\\d)\\)');
        if (after < before) return { child: c, before, after, steps: decisions.indexOf(left) - at };
      }
      return null;
    }, 90);
    await page.goto(desk.url + '/#/lps');
    await rows(page, 'League table').locator('a', { hasText: 'LP_A' }).click();
    await page.getByRole('link', { name: 'Its orders' }).click();
    await page.getByRole('searchbox').fill('cl_ord_id=' + short.child.cl_ord_id);
    await rows(page, 'Child orders').locator('a', { hasText: short.child.cl_ord_id }).click();
    await page.locator('.words', { hasText: `LP_A with ${short.before.toFixed(1)}` }).waitFor();
    await page.getByRole('region', { name: 'Messages of the child' }).locator('pre', { hasText: '35=' }).first().waitFor();
    for (let i = 0; i < short.steps; i += 1) await page.getByRole('button', { name: 'Next decision' }).click();
    await page.locator('.words', { hasText: `Left out: LP_A (${short.after.toFixed(1)})` }).waitFor();
  }, { expected: fresh }),

  story('impact weight from 30 to 45: three versions, each previewed and with its reason; then rolled back at once', 'ada', async ({ page, desk }) => {
    await page.goto(desk.url + '/#/calibrate?profile=acme');
    const slider = page.getByRole('slider', { name: /leakage/i });
    await slider.waitFor();
    assert.equal(await slider.inputValue(), '30');
    await page.getByRole('rowheader', { name: 'parent_qty' }).waitFor(); // no weight overrides the gate
    await rows(page, 'What the draft').nth(4).waitFor();
    const before = await texts(page, 'What the draft', 'Score then');
    await slider.focus();
    for (let i = 0; i < 15; i += 1) await page.keyboard.press('ArrowRight');
    assert.equal(await slider.inputValue(), '45');
    await page.getByText('that takes 3 versions').waitFor();
    assert.notDeepEqual(await texts(page, 'What the draft', 'Score then'), before);
    // UPDATE_IMAGES=1: what the README shows.
    if (process.env.UPDATE_IMAGES) await page.screenshot({ path: join(root, 'docs/images/console-calibrate.png') });
    const dialog = page.getByRole('dialog');
    for (const [step, version] of [['step 1 of 3', 2], ['step 1 of 2', 3], ['', 4]]) {
      await page.getByRole('button', { name: 'Preview', exact: true }).click();
      await page.getByRole('heading', { name: /^Preview, on [1-9]/ }).waitFor();
      await page.getByRole('button', { name: step ? `Apply ${step} …` : 'Apply …' }).click();
      await dialog.getByLabel('Why').fill('impact costs us more than a late answer');
      await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
      await page.getByText(`version ${version} is in force`).waitFor();
    }
    assert.equal(await slider.inputValue(), '45');
    const acme = await desk.get('/profiles/acme');
    assert.equal(acme.terms.find((t) => t.kpi === 'leakage_bps_15s').weight_bp, 4500);
    await rows(page, 'Versions').filter({ hasText: 'impact costs us more' }).nth(2).waitFor();
    await page.getByRole('button', { name: 'Roll back to 1 …' }).click();
    await dialog.getByLabel('Why').fill('it did not help');
    await dialog.getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.getByText('version 5 is in force').waitFor();
    await until('the slider is back', async () => (await slider.inputValue()) === '30');
    const versions = (await desk.get('/profiles/acme/versions')).rows;
    assert.deepEqual([versions[0].version, versions[0].who, versions[0].rolled_back_to], [5, 'ada', 1]);
  }),

  story('two people in conflict: the second is told by whom and why, and puts the draft on what holds now', 'ada', async ({ page, desk, browser }) => {
    const grace = await open(browser, desk.url, { as: await people.grace(desk), expected: [/^412 /] });
    try {
      const move = async (who, kpi, why) => {
        await who.goto(desk.url + '/#/calibrate?profile=balanced');
        const slider = who.getByRole('slider', { name: kpi });
        await slider.focus();
        await who.keyboard.press('ArrowRight');
        await who.getByRole('button', { name: 'Apply …' }).click();
        await who.getByRole('dialog').getByLabel('Why').fill(why);
      };
      await move(page, /Weight of fill/, 'more fills');
      await move(grace.page, /leakage/i, 'less leakage');
      await page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true }).click();
      await page.getByText('version 2 is in force').waitFor();
      const dialog = grace.page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
      await dialog.getByText(/version 2 is in force, by ada \(more fills\)/i).waitFor();
      await dialog.getByRole('button', { name: 'Put my draft on what holds now' }).click();
      await grace.page.getByRole('button', { name: 'Apply …' }).click();
      await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
      await grace.page.getByText('version 3 is in force').waitFor();
      // Who looks on is told too, without having asked.
      await page.getByText('version 3 is in force').waitFor();
      assert.deepEqual(grace.errors, []);
      const [last] = (await desk.get('/profiles/balanced/versions')).rows;
      assert.equal(last.who, 'grace');
    } finally {
      await grace.close();
    }
  }),

  story('the heat map drills down to the LP; a cell with too little behind it says so', 'ada', async ({ page, desk }) => {
    await page.goto(desk.url + '/#/heat');
    const cell = page.locator('td a').first();
    await cell.waitFor();
    await cell.click();
    await until('the LP', () => /#\/lps\/LP_/.test(page.url()));
    await page.getByRole('heading', { name: /^LP_/ }).waitFor();
    await rows(page, 'By size').first().waitFor();
  }),

  story('what came in adds up, and the fills of a time are exported with benchmark and reason', 'ada', async ({ page, desk }) => {
    await page.goto(desk.url + '/#/health');
    await until('the accounting adds up', async () => page.getByText('They add up to what was read.').isVisible());
    await page.goto(desk.url + '/#/orders');
    await rows(page, 'Parent orders').nth(0).waitFor();
    const csv = (await download(page, 'Best-execution file')).trim().split('\r\n');
    assert.ok(csv.length > 10, csv[0]);
    assert.match(csv[0], /cl_ord_id|child/);
  }),

  story('as of an earlier time: the table as it was then, a banner says so, and one click is back to now', 'ada', async ({ page, desk }) => {
    // The day before is made up from 14:30 to 15:30.
    const then = new Date(Date.now() - 24 * 36e5).toISOString().slice(0, 11) + '15:29:00Z';
    await page.goto(desk.url + '/#/lps?asof=' + then);
    await page.getByText(/As of .*: what was known then/).waitFor();
    await rows(page, 'League table').nth(4).waitFor();
    await page.locator('.banner').getByRole('button', { name: 'Back to now' }).click();
    await until('now', () => !page.url().includes('asof'));
  }),

  story('an admin makes a viewer, whose first password is shown once; the viewer reads and can stop nothing', 'admin', async ({ page, desk, browser }) => {
    await page.goto(desk.url + '/#/people');
    await page.getByRole('button', { name: 'New person …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('vera');
    await dialog.getByRole('button', { name: 'Do it' }).click();
    const once = (await dialog.locator('.once code').innerText()).trim();
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await rows(page, 'People').filter({ hasText: 'vera' }).locator('td', { hasText: 'first password' }).first().waitFor();
    const vera = await open(browser, desk.url, { expected: notSignedIn });
    try {
      await vera.page.goto(desk.url + '/#/health');
      await signIn(vera.page, 'vera', once);
      await chooseOwn(vera.page, once, 'v walks along nine quiet canals');
      await rows(vera.page, 'LPs, and what').nth(4).waitFor();
      assert.equal(await vera.page.getByRole('button', { name: /^Stop/ }).count(), 0);
      assert.deepEqual(await vera.page.locator('nav a', { hasText: 'Audit' }).count(), 0);
      assert.deepEqual(vera.errors, []);
    } finally {
      await vera.close();
    }
    await rows(page, 'People').filter({ hasText: 'vera' }).getByRole('button', { name: /^Change vera/ }).click();
    await dialog.getByLabel('may not sign in any more').check();
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await rows(page, 'People').filter({ hasText: 'vera' }).locator('td', { hasText: 'disabled' }).first().waitFor();
  }),

  story('the audit holds what the others did, and is whole', 'ada', async ({ page, desk }) => {
    await desk.post('/kill', { scope: 'symbol', value: 'SIM003', why: 'for the audit' }, await people.tom(desk));
    await desk.post('/release', { scope: 'symbol', value: 'SIM003', why: 'for the audit' }, await people.tom(desk));
    await page.goto(desk.url + '/#/audit');
    await rows(page, 'Audit').filter({ hasText: 'for the audit' }).filter({ hasText: 'tom' }).nth(1).waitFor();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('Whole.').waitFor();
  }),

  story('the connection is lost, said to be, and comes back without anything told twice', 'ada', async ({ page, desk, context }) => {
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
    // And it goes on by itself.
    const [first] = ids;
    await until('an order that came later', async () => (await texts(page, 'Parent orders', 'Order'))[0] !== first, 60);
  }, { last: 2, expected: [...fresh, /ERR_INTERNET_DISCONNECTED|ERR_NETWORK|ERR_INCOMPLETE|Failed to load resource/] }),

];

// Silence is told of after two heartbeats and more; other tests run meanwhile.
let held;
list.push({ name: 'LPs fall silent', step: true, last: 3, async run({ desk }) {
  held = desk.pidOf('lps');
  process.kill(held, 'SIGSTOP');
} });
list.push({ ...story('LPs whose sessions went down are told of, and that they are back', 'tom', async ({ page, desk }) => {
  await page.goto(desk.url + '/#/lps');
  await rows(page, 'League table').nth(4).waitFor();
  try {
    await page.getByText(/Session LP_A is (down|connecting)/).waitFor({ timeout: 90_000 });
    await page.goto(desk.url + '/#/orders');
    await page.getByText(/Session LP_E is (down|connecting)/).waitFor();
  } finally {
    process.kill(held, 'SIGCONT');
  }
  await page.getByText(/Session LP_A is/).waitFor({ state: 'detached', timeout: 60_000 });
}), last: 7 });

// Stories that take a desk that can be told what to be: crowd.mjs.
import assert from 'node:assert/strict';
import { open } from './browser.mjs';
import { Crowd, hostile } from './crowd.mjs';
import { until } from './desk.mjs';

const story = (name, how, run) => ({ name, last: 4, async run(world) {
  const crowd = await new Crowd(how).start();
  const at = await open(world.browser, crowd.url, how);
  try {
    await run({ ...world, ...at, crowd });
    assert.deepEqual(at.errors, []);
  } finally {
    await at.close();
    await crowd.stop();
  }
} });
export const list = [
  story('hostile names and texts are text, under a policy that lets no script in', { lps: 5, symbols: 3, lpName: hostile }, async ({ page, crowd }) => {
    let asked = 0;
    page.on('dialog', (dialog) => { asked += 1; dialog.dismiss(); });
    for (const [hash, ready] of [['#/lps', 'table tbody tr'], ['#/health', '.facts'], ['#/orders/1?child=C103', 'ol pre'], ['#/audit', 'table tbody tr'], ['#/heat', 'td a']]) {
      await page.goto(crowd.url + '/' + hash);
      await page.waitForSelector(ready);
      await until('the name, as text, on ' + hash, async () => (await page.innerText('main')).includes('<img src=x onerror'));
      await page.waitForTimeout(300);
      assert.equal(await page.locator('img').count(), 0, hash);
      const text = await page.innerText('main');
      assert.doesNotMatch(text, /\u202e/, hash); // nothing turns a line around
    }
    assert.equal(asked, 0);
  }),

  story('a back-test at work shows how far it is, and two that are done stand side by side', { lps: 5, symbols: 3 }, async ({ page, crowd }) => {
    await page.goto(crowd.url + '/#/backtest?runs=2,1');
    await page.getByRole('progressbar', { name: 'Progress of run 3' }).waitFor();
    await page.getByText('Two runs side by side').first().waitFor();
    await page.getByText('refused: too few effective samples').first().waitFor();
  }),
];

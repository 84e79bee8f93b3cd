// The console as people use it: Debian's Chromium against a living desk, its LPs over FIX.
//
//     node e2e/main.mjs [REGEX OF NAMES]
//
// Screenshots of every page in both themes are left in build/console/shots. ASSAY_FIGURES=strict asks
// for the figures of docs/console.md, which are else printed; UPDATE_IMAGES=1 remakes what the README
// shows. The last line is "N passed, N failed, N skipped".
import { mkdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Desk, root } from './desk.mjs';
import { launch } from './browser.mjs';
import * as crowds from './crowds.mjs';
import * as figures from './figures.mjs';
import * as looks from './looks.mjs';
import * as stories from './stories.mjs';

const only = new RegExp(process.argv[2] ?? '');
export const shots = join(root, 'build/console/shots');
if (!process.argv[2]) rmSync(shots, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });

let [passed, failed] = [0, 0];
const begun = Date.now();
let browser, desk;
// However it ends, nothing that it started stays.
async function end() {
  await looks.end().catch(() => {});
  await Promise.all([browser?.close().catch(() => {}), desk?.stop()]);
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  process.on(signal, async () => {
    await end();
    process.exit(1);
  });
async function run(test, world) {
  const from = Date.now();
  try {
    await test.run(world);
    if (test.step) return true; // what other tests need, and none itself
    passed += 1;
    console.log(`ok      ${test.name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${test.name}\n${error.stack ?? error}`);
    return false;
  }
}
try {
  [browser, desk] = await Promise.all([launch(), Desk.start()]);
  const world = { desk, browser, shots };
  const version = browser.version();
  console.log(`Chromium ${version}, drawn by software, on ${cpus().length} cores of ${cpus()[0].model.trim()}`);
  const all = [stories, crowds, looks, figures].flatMap((m) => m.list).filter((t) => t.step || only.test(t.name));
  // Without the first person nobody comes in.
  if (await run(stories.firstPerson, world))
    for (const test of all.sort((a, b) => (a.last ?? 0) - (b.last ?? 0))) await run(test, world);
} catch (error) {
  failed += 1;
  console.log(error.stack ?? error);
} finally {
  await end();
}
console.log(`in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);

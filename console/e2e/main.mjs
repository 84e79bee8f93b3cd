// The console as people use it: Debian's Chromium against a living desk, its LPs over FIX.
//
//     node e2e/main.mjs [REGEX OF NAMES]
//
// Screenshots of every page in both themes are left in build/console/shots. The last line is
// "N passed, N failed, N skipped".
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Desk, root } from './desk.mjs';
import { launch } from './browser.mjs';
import * as crowds from './crowds.mjs';
import * as looks from './looks.mjs';
import * as stories from './stories.mjs';

const only = process.argv[2] ?? '';
export const shots = join(root, 'build/console/shots');
if (!only) rmSync(shots, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });

let [passed, failed, skipped] = [0, 0, 0];
const begun = Date.now();
const browser = await launch();
let desk;
// However it ends, nothing that it started stays.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  process.on(signal, async () => {
    await desk?.stop();
    process.exit(1);
  });
try {
  desk = await Desk.start();
  const routes = new Set([...(await (await fetch(desk.api + '/openapi.yaml')).text()).matchAll(/^ {2}\/api\/v1(\/\S*):/gm)].map((m) => m[1]));
  const all = [...Object.values(stories), ...Object.values(crowds), ...Object.values(looks)].flat().filter((t) => t?.name && t?.run);
  for (const test of all.sort((a, b) => (a.last ?? 0) - (b.last ?? 0))) {
    if (!new RegExp(only).test(test.name)) continue;
    const missing = (test.needs ?? []).filter((route) => !routes.has(route));
    if (missing.length) {
      skipped += 1;
      console.log(`skipped: ${test.name}: this desk does not have ${missing.join(', ')}`);
      continue;
    }
    const from = Date.now();
    try {
      await test.run({ desk, browser, routes, shots });
      passed += 1;
      console.log(`ok      ${test.name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${test.name}\n${error.stack ?? error}`);
    }
  }
} catch (error) {
  failed += 1;
  console.log(error.stack ?? error);
} finally {
  await browser.close();
  await desk?.stop();
}
console.log(`in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed ? 1 : 0);

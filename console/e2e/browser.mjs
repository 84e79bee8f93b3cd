// Debian's Chromium without a window. What a page says on its console as an error, and every request
// that leaves this machine, is a failure of the test.
import { chromium } from 'playwright-core';

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking', '--no-first-run',
      '--force-color-profile=srgb'],
  });
}

// A page, signed in as `as` (desk.mjs) where that is given. `errors` fills up while it lives; what
// matches `expected` is none.
export async function open(browser, url, { theme = 'dark', width = 1280, height = 800, expected = [], seen = true, as = null } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', timezoneId: 'UTC' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin });
  if (as) await context.addCookies([{ ...as.cookie, url, httpOnly: true, sameSite: 'Strict' }]);
  const page = await context.newPage();
  const errors = [];
  const note = (text) => {
    if (!expected.some((e) => e.test(text))) errors.push(text);
  };
  // What the browser says of an answer of 400 and up has no address; the answer itself has.
  page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && note('console: ' + message.text()));
  page.on('response', (reply) => reply.status() >= 400 && note(`${reply.status()} ${reply.url()}`));
  page.on('pageerror', (error) => note('error: ' + error.message + '\n' + (error.stack ?? '')));
  page.on('request', (request) => {
    const to = new URL(request.url());
    if (!['blob:', 'data:'].includes(to.protocol) && to.hostname !== new URL(url).hostname) note('leaves the machine: ' + request.url());
  });
  if (seen) await page.addInitScript(() => localStorage.setItem('assay.seen', 'yes'));
  page.setDefaultTimeout(30_000);
  return { context, page, errors, close: () => context.close() };
}

// A living desk for tests: simulated LPs, desk and OMS as tools/run_desk starts them, in a folder of
// its own, on ports that are free. Its pages come from the desk itself.
//
//     const desk = await Desk.start();
//     const ada = await desk.person('ada', 'quant', { approve: true });  // signed in
//     await desk.get('/parents');                                        // as the desk's own commands ask
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const assay = resolve(process.env.ASSAY_BINARY ?? join(root, 'build/release/hosts/cli/assay'));

export async function until(what, look, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    try {
      const value = await look();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`${what}: not within ${seconds} s${last ? ': ' + last.message : ''}`);
}

export class Desk {
  static async start() {
    if (!existsSync(assay)) throw new Error(`${assay} is not there: build it first, or set ASSAY_BINARY`);
    const desk = new Desk();
    desk.folder = mkdtempSync(join(tmpdir(), 'assay-console-'));
    desk.said = '';
    desk.process = spawn(join(root, 'tools/run_desk'), [assay, '--headless', '--data', join(desk.folder, 'run')],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const out of [desk.process.stdout, desk.process.stderr]) out.on('data', (text) => (desk.said += text));
    desk.ended = new Promise((done) => desk.process.on('exit', done));
    try {
      desk.api = await until('the address of the desk', () => {
        if (desk.process.exitCode !== null) throw new Error('it ended: ' + desk.said);
        return /^(http:\/\/127\.0\.0\.1:\d+)/m.exec(desk.said)?.[1];
      }, 90);
      desk.url = desk.api;
      desk.token = readFileSync(join(desk.folder, 'run/desk/token'), 'utf8').trim();
    } catch (error) {
      await desk.stop();
      throw error;
    }
    return desk;
  }

  // The password that the desk's first person begins with.
  firstPassword() {
    return readFileSync(join(this.folder, 'run/desk/first-password.txt'), 'utf8').trim();
  }

  // As a token of the desk's own, or as somebody who has signed in.
  async ask(method, path, body, as = null) {
    const headers = as ? { Cookie: `${as.cookie.name}=${as.cookie.value}`, 'X-CSRF-Token': as.csrf } : { Authorization: 'Bearer ' + this.token };
    if (body) headers['Content-Type'] = 'application/json';
    const reply = await fetch(this.api + '/api/v1' + path, { method, headers, body: body && JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  }
  async get(path, as) {
    return (await this.ask('GET', path, undefined, as)).json();
  }
  async post(path, body, as) {
    return (await this.ask('POST', path, body, as)).json();
  }

  // Signed in, with a password that was chosen where the old one was for once.
  async signIn(name, password) {
    const reply = await fetch(this.api + '/api/v1/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name, password }) });
    if (!reply.ok) throw new Error(`login of ${name}: ${reply.status} ${await reply.text()}`);
    const [cookieName, value] = reply.headers.getSetCookie()[0].split(';')[0].split('=');
    const me = await reply.json();
    const as = { name, password, cookie: { name: cookieName, value }, csrf: me.csrf };
    if (!me.must_change_password) return as;
    as.password = `${name[0]} walks along nine quiet canals`;
    await this.post('/password', { old: password, new: as.password }, as);
    return this.signIn(name, as.password);
  }

  // Somebody new, signed in; made once.
  async person(name, role, rights = {}) {
    this.people ??= new Map();
    if (!this.people.has(name)) {
      const made = await this.post('/users', { name, role, approve: false, release: false, ...rights }, this.admin);
      this.people.set(name, await this.signIn(name, made.password));
    }
    return this.people.get(name);
  }

  // Process ids of `lps`, `desk`, `oms`, by what they have on their command line.
  pidOf(name) {
    return Number(readFileSync(`/proc/${this.process.pid}/task/${this.process.pid}/children`, 'utf8').trim().split(' ')
      .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1] === name));
  }

  async stop() {
    if (this.process.exitCode === null) this.process.kill('SIGTERM');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

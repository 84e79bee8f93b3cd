// A living desk for tests: simulated LPs, desk and OMS as tools/run_desk starts them, in a folder of
// its own, on ports that are free. Its pages come from the desk itself; of a program without pages
// from console/dist, with the API behind it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';

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
      await desk.servePages();
    } catch (error) {
      await desk.stop();
      throw error;
    }
    return desk;
  }

  async servePages() {
    const page = await fetch(this.api + '/');
    if (page.ok && (page.headers.get('content-type') ?? '').includes('html')) {
      this.url = this.api;
      return;
    }
    const proxied = { target: this.api, changeOrigin: true, headers: { origin: this.api } };
    this.pages = await preview({ root: join(root, 'console'), configFile: join(root, 'console/vite.config.ts'), logLevel: 'error',
      preview: { host: '127.0.0.1', port: 4180 + (process.pid % 500), proxy: { '/api': proxied, '/openapi.yaml': proxied } } });
    this.url = this.pages.resolvedUrls.local[0].replace(/\/$/, '');
  }

  async get(path) {
    const reply = await fetch(this.api + '/api/v1' + path);
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  }

  async post(path, body) {
    const reply = await fetch(this.api + '/api/v1' + path,
      { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  }

  // Process ids of `lps`, `desk`, `oms`, by what they have on their command line.
  pidOf(name) {
    return Number(readFileSync(`/proc/${this.process.pid}/task/${this.process.pid}/children`, 'utf8').trim().split(' ')
      .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1] === name));
  }

  async stop() {
    await this.pages?.close();
    if (this.process.exitCode === null) this.process.kill('SIGTERM');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

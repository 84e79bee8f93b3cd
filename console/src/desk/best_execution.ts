// The best-execution file of a time: the desk gives it in parts, a person gets one file.
import { base, Problem, target } from './api';

export const mostParts = 400; // of 500 rows

export async function bestExecution(from: string, to: string, told: (rows: number) => void,
  ask: typeof fetch = fetch): Promise<{ csv: string; cut: boolean }> {
  let csv = '';
  let cursor: string | null = null;
  for (let part = 0; part < mostParts; part += 1) {
    const reply: Response = await ask(base + target('/best-execution', { from, to, format: 'csv', limit: 500, cursor }),
      { credentials: 'same-origin', cache: 'no-store' });
    if (!reply.ok) {
      const body = await reply.json().catch(() => ({}));
      throw new Problem(reply.status, body.title ?? reply.statusText, body.detail ?? '', '', body.errors ?? [],
        body.request_id ?? null);
    }
    const text = await reply.text();
    // The heads stand once.
    csv += part === 0 ? text : text.slice(text.indexOf('\n') + 1);
    cursor = reply.headers.get('assay-next-cursor');
    told((part + 1) * 500);
    if (!cursor) return { csv, cut: false };
  }
  return { csv, cut: true };
}

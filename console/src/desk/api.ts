// The desk's HTTP API, as functions. What went wrong is a Problem (RFC 9457), never a string.
//
//     const lps = await get<Rows<Lp>>('/lps');
//     await send('POST', '/kill', { scope: 'lp', value: 'LP_C', why: 'rejects all' });

export interface FieldError {
  field: string;
  message: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number, // 0: the desk was not reached
    readonly title: string,
    readonly detail: string,
    readonly kind = '', // the last part of its type: wrong-fields
    readonly errors: FieldError[] = [],
    readonly requestId: string | null = null,
  ) {
    super(detail || title);
  }
}

export interface Ask {
  signal?: AbortSignal;
  // Asked by the page itself and not by a person: does not keep a session alive.
  background?: boolean;
  headers?: Record<string, string>;
}

export interface Answer<T> {
  status: number;
  body: T;
  etag: string | null;
}

// Who must hear of answers before the one who asked: the session (401), and its CSRF token.
export const hooks = {
  csrf: '',
  signedOut: () => {},
  passwordNeeded: () => {},
};

export const base = '/api/v1';

async function problemOf(reply: Response): Promise<Problem> {
  const id = reply.headers.get('x-request-id');
  try {
    const body = await reply.json();
    const kind = String(body.type ?? '').replace(/^.*:/, '');
    return new Problem(reply.status, body.title ?? reply.statusText, body.detail ?? '', kind,
      body.errors ?? [], body.request_id ?? id);
  } catch {
    return new Problem(reply.status, reply.statusText || `status ${reply.status}`, '', '', [], id);
  }
}

export async function ask<T>(method: string, path: string, body?: unknown, how: Ask = {}):
    Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json', ...how.headers };
  if (how.background) headers['Assay-Background'] = 'yes';
  if (method !== 'GET') {
    headers['Content-Type'] = 'application/json';
    if (hooks.csrf) headers['X-CSRF-Token'] = hooks.csrf;
  }
  let reply: Response;
  try {
    reply = await fetch(base + path, {
      method,
      headers,
      body: method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(body ?? {}),
      signal: how.signal,
      credentials: 'same-origin',
      cache: 'no-store',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'The desk does not answer',
      'No connection to it. It is tried again by itself; see whether its process runs.');
  }
  if (!reply.ok) {
    const problem = await problemOf(reply);
    if (reply.status === 401 && path !== '/login') hooks.signedOut();
    if (problem.kind === 'password-change-needed') hooks.passwordNeeded();
    throw problem;
  }
  const text = await reply.text();
  return { status: reply.status, body: (text ? JSON.parse(text) : null) as T,
    etag: reply.headers.get('etag') };
}

export async function get<T>(path: string, how?: Ask): Promise<T> {
  return (await ask<T>('GET', path, undefined, how)).body;
}

export async function send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown, how?: Ask):
    Promise<T> {
  return (await ask<T>(method, path, body, how)).body;
}

// "/series/fill_rate?by=lp": what is undefined, null or empty is left out.
export function target(path: string, query: Record<string, string | number | null | undefined>) {
  const pairs = Object.entries(query).filter(([, value]) => value != null && value !== '');
  if (!pairs.length) return path;
  return path + '?' + new URLSearchParams(pairs.map(([k, v]) => [k, String(v)]));
}

// What a person would type to get the same.
export function curl(path: string): string {
  const here = typeof location === 'undefined' ? '' : location.origin;
  return `curl -s '${here}${base}${path.replaceAll("'", '%27')}'`;
}

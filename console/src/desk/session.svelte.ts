// Who looks, and what they may do. The server decides both; here it is only kept, so that a button
// that would be refused is not shown.
import { ask, get, hooks, Problem, send } from './api';

export interface Me {
  accounts: 'people' | 'none';
  name: string;
  role: 'viewer' | 'trader' | 'quant' | 'admin';
  rights: string[];
  via: 'session' | 'token' | 'none';
  must_change_password: boolean;
  csrf: string;
  four_eyes: boolean;
  idle_s?: number;
  session_ends: string | null;
  may: string[];
}

const nobody: Me = {
  accounts: 'none', name: '', role: 'admin', rights: ['approve', 'release'], via: 'none',
  must_change_password: false, csrf: '', four_eyes: false, session_ends: null, may: [],
};

class Who {
  me = $state.raw<Me | null>(null);
  known = $state(false); // whether we have asked
  ended = $state(false); // signed out by the desk, not by the person
  routes = $state.raw<Set<string>>(new Set());

  // Of the desk's own document: a page whose route is not there is not offered.
  has(route: string) {
    return this.routes.has(route);
  }

  may(act: string) {
    if (!this.me) return false;
    return this.me.accounts === 'none' || this.me.may.includes(act);
  }

  take(me: Me) {
    hooks.csrf = me.csrf;
    this.me = me;
    this.ended = false;
  }

  async begin() {
    const text = await fetch('/openapi.yaml', { cache: 'no-store' }).then(
      (reply) => (reply.ok ? reply.text() : ''), () => '');
    this.routes = new Set([...text.matchAll(/^ {2}\/api\/v1(\/\S*):/gm)].map((m) => m[1]!));
    if (!this.routes.size) throw new Problem(0, 'The desk does not answer', '');
    hooks.signedOut = () => {
      if (this.me) this.ended = true;
      this.me = null;
      hooks.csrf = '';
    };
    hooks.passwordNeeded = () => {
      if (this.me) this.me = { ...this.me, must_change_password: true };
    };
    if (!this.has('/me')) this.take(nobody);
    else {
      try {
        this.take(await get<Me>('/me', { background: true }));
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 401) throw error;
      }
    }
    this.known = true;
  }

  async login(name: string, password: string) {
    this.take((await ask<Me>('POST', '/login', { name, password })).body);
  }

  async logout() {
    await send('POST', '/logout', {});
    this.me = null;
    this.ended = false;
    hooks.csrf = '';
  }

  async password(old: string, fresh: string) {
    this.take(await send<Me>('POST', '/password', { old, new: fresh }));
  }
}

export const who = new Who();

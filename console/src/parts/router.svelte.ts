// The URL is the state of a page: "#/lps?profile=acme&sort=-lcb". Back goes back.

export interface Place {
  path: string[]; // ["orders", "12"]
  query: URLSearchParams;
}

export function placeOf(hash: string): Place {
  const [path, query] = hash.replace(/^#?\/?/, '').split('?', 2);
  const parts = (path ?? '').split('/').filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return { path: parts, query: new URLSearchParams(query ?? '') };
}

export type Change = Record<string, string | number | boolean | null | undefined>;

export function changed(query: URLSearchParams, change: Change): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(change)) {
    if (value == null || value === '' || value === false) next.delete(key);
    else next.set(key, value === true ? '1' : String(value));
  }
  return next;
}

// "#/orders/12?tab=children"
export function link(path: string | string[], query?: Change | URLSearchParams): string {
  const parts = (typeof path === 'string' ? path.split('/') : path).filter(Boolean);
  const params = query instanceof URLSearchParams ? query
    : changed(new URLSearchParams(), query ?? {});
  const text = params.toString();
  return '#/' + parts.map(encodeURIComponent).join('/') + (text ? '?' + text : '');
}

class Router {
  place = $state.raw<Place>(placeOf(typeof location === 'undefined' ? '' : location.hash));

  constructor() {
    if (typeof window === 'undefined') return;
    const read = () => (this.place = placeOf(location.hash));
    window.addEventListener('hashchange', read);
    window.addEventListener('popstate', read);
  }

  get page() {
    return this.place.path[0] ?? 'lps';
  }

  get(name: string): string {
    return this.place.query.get(name) ?? '';
  }

  go(href: string) {
    if (href === location.hash) return;
    history.pushState(null, '', href);
    this.place = placeOf(href);
    window.scrollTo(0, 0);
  }

  // Part of what this page shows. `quiet`: while somebody types or slides; back skips it.
  put(change: Change, quiet = false) {
    const href = link(this.place.path, changed(this.place.query, change));
    if (quiet) history.replaceState(null, '', href);
    else history.pushState(null, '', href);
    this.place = placeOf(href);
  }
}

export const router = new Router();

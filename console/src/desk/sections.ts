// What a section of desk.toml says, key by key, with the comment beside each: for looking at. Values
// are as they are written; a text of several lines is none of a desk's keys.
export interface Setting {
  key: string;
  value: string;
  comment: string;
}

export function settingsOf(toml: string, section: string): Setting[] {
  const out: Setting[] = [];
  let inside = false;
  for (const line of toml.split('\n')) {
    const head = /^\s*\[([^\]]+)\]/.exec(line);
    if (head) inside = head[1]!.trim() === section;
    else if (inside) {
      const m = /^\s*([A-Za-z0-9_-]+)\s*=\s*("(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^#\s]+)\s*(?:#\s*(.*))?$/.exec(line);
      if (m) out.push({ key: m[1]!, value: m[2]!.replace(/^"(.*)"$/, '$1'), comment: (m[3] ?? '').trim() });
    }
  }
  return out;
}

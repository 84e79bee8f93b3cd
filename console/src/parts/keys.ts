// Keys that the whole page listens to. Who is on the screen last is asked first; what is typed into
// a field is never a command.

type Handler = (key: string, event: KeyboardEvent) => boolean; // whether it was meant for it

const handlers: Handler[] = [];

export function listen(handler: Handler): () => void {
  handlers.push(handler);
  return () => {
    const at = handlers.lastIndexOf(handler);
    if (at >= 0) handlers.splice(at, 1);
  };
}

const typed = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    (target instanceof HTMLInputElement && !/^(checkbox|radio|button|range)$/.test(target.type)));

export function press(event: KeyboardEvent) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typed(event.target)) {
    if (event.key === 'Escape') (event.target as HTMLElement).blur();
    return;
  }
  if (document.querySelector('dialog[open]')) return;
  for (let i = handlers.length - 1; i >= 0; i -= 1) {
    if (handlers[i]!(event.key, event)) {
      event.preventDefault();
      return;
    }
  }
}

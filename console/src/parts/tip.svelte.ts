// What stands under the pointer, or under the focus: one box for the whole page.

class Tip {
  title = $state('');
  lines = $state.raw<[string, string][]>([]);
  x = $state(0);
  y = $state(0);
  below = $state(true);
  private timer: ReturnType<typeof setTimeout> | undefined;

  show(at: Element, title: string, lines: [string, string][]) {
    clearTimeout(this.timer);
    const place = at.getBoundingClientRect();
    this.timer = setTimeout(() => {
      this.title = title;
      this.lines = lines;
      this.below = place.bottom < innerHeight * 0.65;
      this.x = Math.max(8, Math.min(place.left, innerWidth - 380));
      this.y = this.below ? place.bottom + 5 : innerHeight - place.top + 5;
    }, 250);
  }

  hide() {
    clearTimeout(this.timer);
    if (this.title) {
      this.title = '';
      this.lines = [];
    }
  }
}

export const tip = new Tip();

// On a number that stands alone: `use:tipped={[title, lines]}`.
export function tipped(node: HTMLElement, what: [string, [string, string][]]) {
  let now = what;
  const show = () => tip.show(node, now[0], now[1]);
  const hide = () => tip.hide();
  node.addEventListener('mouseenter', show);
  node.addEventListener('mouseleave', hide);
  return {
    update: (next: typeof what) => (now = next),
    destroy() {
      node.removeEventListener('mouseenter', show);
      node.removeEventListener('mouseleave', hide);
    },
  };
}

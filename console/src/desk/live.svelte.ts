// The feed for pages: whoever reads `frame` is drawn anew when something came, once a frame.
import { Feed } from './feed';

class Live {
  readonly feed: Feed;
  frame = $state(0);
  resets = $state(0);
  paused = $state(false);
  private missed = false;

  constructor() {
    this.feed = new Feed({
      open: (url) => new EventSource(url, { withCredentials: true }) as never,
      frame: (run) => requestAnimationFrame(run),
    });
    this.feed.onframe = () => {
      this.feed.trim(20_000);
      if (this.paused && this.feed.state === 'open') this.missed = true;
      else this.frame += 1;
    };
    this.feed.onreset = () => (this.resets += 1);
  }

  pause(paused: boolean) {
    this.paused = paused;
    if (!paused && this.missed) this.frame += 1;
    this.missed = false;
  }
}

export const live = new Live();

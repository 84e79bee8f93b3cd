// Something that is read from the desk and shown: value, problem, and how old it is. A newer question
// makes the answer to an older one worthless.
import { Problem } from '../desk/api';

export class Loader<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<unknown>(null);
  loading = $state(false);
  at = $state(0); // when the value came
  private asked = 0;
  private stop: AbortController | null = null;

  async load(read: (signal: AbortSignal) => Promise<T>) {
    const mine = ++this.asked;
    this.stop?.abort();
    this.stop = new AbortController();
    this.loading = true;
    try {
      const value = await read(this.stop.signal);
      if (mine !== this.asked) return;
      this.value = value;
      this.problem = null;
      this.at = Date.now();
    } catch (error) {
      if (mine !== this.asked || (error instanceof DOMException && error.name === 'AbortError')) return;
      // The loss of the connection is told by the banner; what was there stays.
      if (!(error instanceof Problem && error.status === 0 && this.value)) this.problem = error;
    } finally {
      if (mine === this.asked) this.loading = false;
    }
  }

  clear() {
    this.asked += 1;
    this.stop?.abort();
    this.value = null;
    this.problem = null;
    this.loading = false;
  }
}

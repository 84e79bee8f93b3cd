// What every page wants to know of the desk: asked for once, every two seconds.
import { get, Problem } from './api';
import type { Killed, Lp, Profile, Rows, Status, Symbol, Version } from './types';

class Desk {
  version = $state.raw<Version | null>(null);
  status = $state.raw<Status | null>(null);
  lps = $state.raw<Lp[]>([]);
  kills = $state.raw<Killed[]>([]);
  profiles = $state.raw<Profile[]>([]);
  symbols = $state.raw<Symbol[]>([]);
  problem = $state.raw<Problem | null>(null);
  askedAt = $state(0); // when the last answer came; 0: none yet
  onback: () => void = () => {}; // it answers again after it did not
  private timer: ReturnType<typeof setTimeout> | null = null;
  private turn = 0;

  async look(background = true) {
    try {
      const how = { background };
      const [status, lps, kills] = await Promise.all([
        get<Status>('/status', how), get<Rows<Lp>>('/lps', how), get<Rows<Killed>>('/kills', how)]);
      this.status = status;
      this.lps = lps.rows;
      this.kills = kills.rows;
      // These change seldom: every tenth time.
      if (this.turn++ % 10 === 0) {
        const [version, profiles, symbols] = await Promise.all([
          get<Version>('/version', how), get<Rows<Profile>>('/profiles', how),
          get<Rows<Symbol>>('/symbols?limit=1000', how)]);
        this.version = version;
        this.profiles = profiles.rows;
        this.symbols = symbols.rows;
      }
      const back = this.problem?.status === 0;
      this.problem = null;
      this.askedAt = Date.now();
      if (back) this.onback();
    } catch (error) {
      if (error instanceof Problem) this.problem = error;
      else throw error;
    }
  }

  start() {
    this.stop();
    this.turn = 0;
    const again = async () => {
      await this.look();
      if (this.timer) this.timer = setTimeout(again, 2000);
    };
    this.timer = setTimeout(again, 0);
  }

  stop() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}

export const desk = new Desk();

// A line that says what was done, for a few seconds; read out to those who do not see it.

class Notice {
  text = $state('');
  private timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string) {
    this.text = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.text = ''), 5000);
  }
}

export const notice = new Notice();

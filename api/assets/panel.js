// A part of the page that asks for something and shows it. While its question
// is refused it says so, with since when, and keeps what it showed before.

import { now, Refusal, Unreachable } from "./client.js";
import { find, say, teach } from "./dom.js";
import { moment } from "./format.js";

export class Panel {
  #turn = 0;
  #since = null;
  #answer = undefined; // what is shown

  // `load` gives what `show` takes, or undefined when there is nothing to ask.
  constructor(id, load, show) {
    this.section = document.getElementById(id);
    this.notice = find(".notice", this.section);
    this.empty = find(".empty", this.section);
    this.load = load;
    this.show = show;
  }

  // Asks and shows. An answer that a later question overtook is dropped.
  async refresh() {
    const turn = ++this.#turn;
    try {
      const answer = await this.load();
      if (turn !== this.#turn)
        return;
      this.#answer = answer;
      this.redraw();
    } catch (error) {
      if (error instanceof Unreachable || error.status === 401)
        throw error;
      if (!(error instanceof Refusal)) // a mistake of this page
        console.error(error);
      if (turn === this.#turn)
        this.fail(error);
      return;
    }
    this.#since = null;
    this.notice.hidden = true;
    this.section.classList.remove("old");
  }

  // Shows the same again: how it is shown has changed.
  redraw() {
    if (this.#answer !== undefined)
      this.show(this.#answer);
  }

  fail(error) {
    this.#since ??= now();
    this.notice.hidden = false;
    say(this.notice, `Unavailable since ${moment(this.#since, now())}: ` +
      `${error.message}. What is shown is older.`);
    this.section.classList.add("old");
  }

  // Says in place of content why there is none; nothing when there is some.
  teach(...content) {
    teach(this.empty, ...content);
  }
}

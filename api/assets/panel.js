// A section of the page that requests data and shows it. While the service
// answers with an error, it says so and since when, and keeps the old data.

import { now, Refusal, Unreachable } from "./client.js";
import { find, say, teach } from "./dom.js";
import { moment } from "./format.js";

export class Panel {
  #turn = 0;
  #since = null;
  #answer = undefined; // the data shown

  // `load` returns the argument of `show`, or undefined if there is nothing to
  // show.
  constructor(id, load, show) {
    this.section = document.getElementById(id);
    this.notice = find(".notice", this.section);
    this.empty = find(".empty", this.section);
    this.load = load;
    this.show = show;
  }

  // Requests and shows. An answer that arrives after a newer request is
  // dropped.
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
      if (!(error instanceof Refusal)) // a bug in this page
        console.error(error);
      if (turn === this.#turn)
        this.fail(error);
      return;
    }
    this.#since = null;
    this.notice.hidden = true;
    this.section.classList.remove("old");
  }

  // Shows the same data again after a display setting has changed.
  redraw() {
    if (this.#answer !== undefined)
      this.show(this.#answer);
  }

  fail(error) {
    this.#since ??= now();
    this.notice.hidden = false;
    say(this.notice, `Unavailable since ${moment(this.#since, now())}: ` +
      `${error.message}. The data shown is older.`);
    this.section.classList.add("old");
  }

  // Explains why there is no content; shows nothing without arguments.
  teach(...content) {
    teach(this.empty, ...content);
  }
}

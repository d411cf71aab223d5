// A part of the page that asks for something and shows it. While its question
// is refused it says so, with since when, and keeps what it showed before.

import { now, Refusal } from "./client.js";
import { find, say } from "./dom.js";
import { moment } from "./format.js";

export class Panel {
  #turn = 0;
  #since = null;

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
    let answer;
    try {
      answer = await this.load();
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401)
        throw error;
      if (turn === this.#turn)
        this.fail(error);
      return;
    }
    if (turn !== this.#turn)
      return;
    this.#since = null;
    this.notice.hidden = true;
    this.section.classList.remove("old");
    if (answer !== undefined)
      this.show(answer);
  }

  fail(error) {
    this.#since ??= now();
    this.notice.hidden = false;
    say(this.notice, `Unavailable since ${moment(this.#since, now())}: ` +
      `${error.message}. What is shown is older.`);
    this.section.classList.add("old");
  }

  // Says in place of content why there is none; "" when there is some.
  teach(...content) {
    const text = content.join("");
    this.empty.hidden = text === "";
    if (text)
      say(this.empty, text);
  }
}

// The newest events of the log, live.

import { now, Refusal, Unreachable } from "./client.js";
import { element, fillChoice, find, importing, repository, say, teach }
  from "./dom.js";
import { follow } from "./event_stream.js";
import { brief, count, moment, plural, seconds, typeName }
  from "./format.js";
import { slot, TYPES } from "./palette.js";

const ROWS_MAX = 100;

// How far before the end of the log the stream starts, to have some events to
// show. Further with a filter, which leaves out most of them.
const BEFORE = 40;
const BEFORE_FILTERED = 2000;

// If it is further behind, such as after a long pause, the stream skips ahead.
const BEHIND_MAX = 1000;

const FLUSH_MS = 250;
const RETRY_MIN_MS = 1000;
const RETRY_MAX_MS = 30000;

// A short description of an event.
export function about(event) {
  const { payload = {} } = event;
  const number = payload.number ?? payload.pull_request?.number ??
    payload.issue?.number;
  const ref = typeof payload.ref === "string"
    ? payload.ref.replace(/^refs\/(heads|tags)\//, "") : "";
  const tag = payload.release?.tag_name;
  return [payload.action, number && `#${number}`, ref, tag].filter(
    text => typeof text === "string" && text).join(" ");
}

// The time of an event for its row.
function when(text) {
  const at = seconds(text);
  return Number.isFinite(at) ? brief(at, now()) : "–";
}

export class LivePanel {
  #lastId = null;
  #end = null; // of the log
  #pending = [];
  #unseen = 0; // events dropped while the list was held
  #controller = null;
  #retry_ms = RETRY_MIN_MS;
  #timer = 0;
  #since = null;
  #paused = false;

  // page: {state, change(fields), lost(error)}
  constructor(page) {
    this.page = page;
    this.section = document.getElementById("live");
    this.list = find(".events", this.section);
    this.pause = find("#pause");
    this.notice = find(".notice", this.section);
    this.empty = find(".empty", this.section);
    this.pause.onclick = () => this.#onPause();
    find("#live-type").onchange = event =>
      page.change({ type: event.target.value });
    find("#live-repo").onchange = event =>
      page.change({ from: event.target.value.trim() });
    this.list.addEventListener("pointerleave", () => this.#flush());
    this.list.addEventListener("focusout", () => this.#flush());
    setInterval(() => this.#flush(), FLUSH_MS);
    this.filter();
  }

  // Applies the state's filters and restarts the stream.
  filter() {
    const { type, from } = this.page.state;
    fillChoice(find("#live-type"),
      [["", "all"], ...TYPES.map(name => [name, typeName(name)])], type);
    find("#live-repo").value = from;
    const key = `${type} ${from}`;
    if (this.list.dataset.of === key)
      return;
    this.list.dataset.of = key;
    this.#pending = [];
    this.list.replaceChildren();
    this.#lastId = null;
    this.#restart();
  }

  // The log's bounds, set after each refresh.
  set log({ first_offset: first, end_offset: end }) {
    const begun = this.#end !== null;
    this.first = first;
    this.#end = end;
    if (!begun)
      this.#restart();
    this.#teach();
  }

  #onPause() {
    this.#paused = !this.#paused;
    this.pause.setAttribute("aria-pressed", String(this.#paused));
    say(this.pause, this.#paused ? "Resume" : "Pause");
    if (this.#paused)
      this.stop();
    else
      this.#restart();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#controller?.abort();
    this.#controller = null;
  }

  // Continues after the last event seen, unless the stream or a retry is
  // active.
  resume() {
    if (!this.#controller && !this.#timer)
      this.#restart();
  }

  #restart() {
    this.stop();
    if (this.#end === null || this.#paused || document.hidden)
      return;
    this.#controller = new AbortController();
    this.#follow(this.#controller.signal);
  }

  #target() {
    const { type, from } = this.page.state;
    const query = new URLSearchParams();
    if (type)
      query.set("type", type);
    if (from)
      query.set("repo", from);
    if (this.#lastId !== null && this.#end - this.#lastId > BEHIND_MAX) {
      this.#mark(`${plural(this.#end - this.#lastId - 1, "event")} not shown`);
      this.#lastId = null;
    }
    const before = type || from ? BEFORE_FILTERED : BEFORE;
    if (this.#lastId === null)
      query.set("from", Math.max(this.first, this.#end - before));
    return "/v1/events/stream?" + query;
  }

  async #follow(signal) {
    try {
      for await (const blocks of follow(this.#target(), this.#lastId, signal))
        this.#take(blocks);
    } catch (error) {
      if (signal.aborted)
        return;
      this.#fail(error);
    }
    if (signal.aborted)
      return;
    this.#controller = null;
    this.#timer = setTimeout(() => this.#restart(), this.#retry_ms);
    this.#retry_ms = Math.min(RETRY_MAX_MS, this.#retry_ms * 2);
  }

  #fail(error) {
    if (error instanceof Refusal && error.status !== 401) {
      this.#since ??= now();
      this.notice.hidden = false;
      say(this.notice, `No live events since ${moment(this.#since, now())}: ` +
        `${error.message}. Retrying.`);
    } else if (error instanceof Unreachable || error instanceof TypeError) {
      this.page.lost();
    }
  }

  #take(blocks) {
    this.#retry_ms = RETRY_MIN_MS;
    this.#since = null;
    this.notice.hidden = true;
    for (const { id, event, data } of blocks) {
      if (event === "gap")
        this.#mark("The log dropped events before they could be shown");
      else if (data)
        this.#pending.push(JSON.parse(data));
      if (id !== undefined)
        this.#lastId = Number(id);
    }
    if (this.#pending.length > ROWS_MAX) {
      this.#unseen += this.#pending.length - ROWS_MAX;
      this.#pending.splice(0, this.#pending.length - ROWS_MAX);
    }
  }

  #mark(text) {
    this.list.prepend(element("li", { class: "mark", text }));
  }

  // The list does not move while someone reads it or moves focus through it.
  #held() {
    return this.list.matches(":hover") ||
      (this.list.contains(document.activeElement) &&
        document.activeElement !== this.list);
  }

  #flush() {
    const held = this.#pending.length > 0 && this.#held();
    const waiting = this.#pending.length + this.#unseen;
    say(find("#live-title"), held ? `Live, ${count(waiting)} new` : "Live");
    if (this.#pending.length === 0 || held)
      return;
    this.list.prepend(
      ...this.#pending.reverse().map(event => this.#row(event)));
    this.#pending = [];
    this.#unseen = 0;
    while (this.list.children.length > ROWS_MAX)
      this.list.lastElementChild.remove();
    this.#teach();
  }

  // Redraws the times after the time zone has changed.
  redraw() {
    for (const shown of this.list.querySelectorAll("time"))
      say(shown, when(shown.dateTime));
  }

  #row(event) {
    const name = event.repo?.name;
    const type = String(event.type);
    return element("li", { "data-offset": event.offset },
      element("time", { datetime: String(event.created_at),
        title: String(event.created_at),
        text: when(event.created_at) }),
      element("span", { class: "type" },
        element("i", { class: "swatch", "data-color": slot(type) }),
        typeName(type)),
      name ? repository(name) : element("span", { text: "–" }),
      element("span", { class: "about", text: about(event) }),
      element("span", { class: "who",
        text: String(event.actor?.login ?? event.actor ?? "") }));
  }

  #teach() {
    const none = this.list.children.length === 0;
    const { type, from } = this.page.state;
    teach(this.empty, ...!none ? []
      : this.#end === 0
        ? ["No events yet. Run ", importing(), " or wait for a poll."]
        : type || from
          ? ["No recent matching events. New ones appear here."]
          : ["No recent events. New ones appear here."]);
  }
}

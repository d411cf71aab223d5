// The state of the service: sources, actors, log.

import { TimeChart } from "./chart.js";
import { ask, now } from "./client.js";
import { element, find, numbers, say } from "./dom.js";
import { ago, bytes, clockTime, compact, count, instant, moment, percent,
  plural, rate, seconds } from "./format.js";
import { Panel } from "./panel.js";

// Heartbeats older than this, in seconds, are highlighted. octolog restarts an
// actor after the same time by default.
const HEARTBEAT_OLD = 10;

// Samples of the log kept by the page: one hour at one sample every 5 s.
const SAMPLES_MAX = 720;

const badge = (text, level) =>
  element("span", { class: "badge", "data-level": level, text });

function meter(label, value, text) {
  const bar = element("i");
  bar.style.width = `${100 * Math.min(1, Math.max(0, value))}%`;
  return element("div", { class: "meter" }, element("span", { text: label }),
    element("span", { class: "bar", "aria-hidden": "true" }, bar),
    element("span", { class: "number", text }));
}

function sourceName(url) {
  return url.replace(/^https:\/\/api\.github\.com\//, "");
}

const QUIET = ["waiting", "polling", "fetching", "idle"];

export class SourcesPanel extends Panel {
  constructor() {
    super("sources", () => ask("/v1/sources"), answer => this.#show(answer));
  }

  // Why events may be missing, or "".
  partial = "";

  #show({ fetching, sources }) {
    this.teach(fetching ? "" : "Fetching is off (--no-fetch, or " +
      "github.fetch = no). The log gets only imported events.");
    const failing = sources.filter(source => source.error).length;
    const torn = sources.filter(source => source.gaps > 0).length;
    this.partial = failing ? `${plural(failing, "source")} failing`
      : torn ? `${plural(torn, "source")} with gaps` : "";
    find(".sources", this.section).replaceChildren(
      ...sources.map(source => this.#source(source)));
  }

  #source(source) {
    const row = element("li", {}, element("h3", {}, sourceName(source.name)));
    if (!source.state)
      return row;
    row.append(" ", badge(source.state, source.error ? "bad"
      : QUIET.includes(source.state) ? "good" : "warn"));
    if (source.error)
      row.append(element("p", { class: "bad", text: source.error }));
    row.append(element("p", { class: "note", text: this.#polls(source) }));
    if (source.quota)
      row.append(meter("Quota", source.quota.remaining / source.quota.limit,
        `${count(source.quota.remaining)} of ${count(source.quota.limit)}` +
        (source.quota.reset_at
          ? `, resets at ${clockTime(seconds(source.quota.reset_at))
            .slice(0, 5)}`
          : "")));
    if (source.coverage !== null)
      row.append(meter("Coverage", source.coverage,
        `${percent(source.coverage)}, ` +
        (source.gaps ? plural(source.gaps, "gap") : "no gaps")));
    if (source.last_gap)
      row.append(element("p",
        { class: "note", text: this.#gap(source.last_gap) }));
    return row;
  }

  #polls({ last_poll_at: last, next_poll_at: next, events }) {
    const at = now();
    return [
      last ? `polled ${ago(Math.min(at, seconds(last)), at)}`
        : "not polled yet",
      next && seconds(next) > at ? `next ${ago(seconds(next), at)}` : "",
      `${plural(events, "event")} received`,
    ].filter(Boolean).join(" · ");
  }

  #gap({ from, until }) {
    return "Last gap: " + [from, until].map(text =>
      text ? moment(seconds(text), now()) : "?").join(" to ");
  }
}

export class ActorsPanel extends Panel {
  // Problems, for the line at the top of the page.
  troubles = [];

  constructor() {
    super("actors", () => ask("/v1/actors"), answer => this.#show(answer));
  }

  #show({ actors }) {
    const rows = actors.map(actor => ({ ...actor, silent: actor.last_heartbeat
      ? Math.max(0, now() - seconds(actor.last_heartbeat)) : null }));
    this.troubles = rows.flatMap(row =>
      row.state !== "live" ? [`${row.name} is ${row.state}`]
        : row.silent > HEARTBEAT_OLD
          ? [`${row.name} has been silent for ${Math.round(row.silent)} s`]
          : []);
    find("tbody", this.section).replaceChildren(...rows.map(row => {
      const old = row.silent > HEARTBEAT_OLD;
      return element("tr", { title: row.last_exit
        ? `Last exit: ${row.last_exit}` : undefined },
      element("th", { scope: "row", text: row.name }),
      element("td", {},
        badge(row.state, row.state === "live" ? "good" : "bad")),
      element("td", { class: "number", text: count(row.restarts) }),
      element("td", { class: old ? "number bad" : "number",
        text: row.silent === null ? "–" : ago(now() - row.silent, now()) }),
      element("td", { class: "number", text: row.lag ? count(row.lag) : "0" }));
    }));
  }
}

export class LogPanel extends Panel {
  #samples = []; // {at, end, bytes}, oldest first

  // onLog is called with each answer.
  constructor(onLog) {
    super("log", () => ask("/v1/log"), answer => this.#show(answer));
    this.onLog = onLog;
    this.chart = new TimeChart(find(".plot", this.section), {
      label: "Events written per second", height: 130, format: value =>
        rate(value), axisFormat: compact, total: false,
    });
    this.letters = find(".letters", this.section);
    this.letters.ontoggle = () => this.#rejects();
  }

  #show(log) {
    this.onLog(log);
    this.#sample(log);
    this.#facts(log);
    const known = this.#growth();
    const rows = [
      ["Offsets", `${count(log.first_offset)} to ${count(log.end_offset)}`],
      ["On disk", bytes(log.bytes)],
      ["Bytes per event", log.events ? bytes(log.bytes / log.events) : "–"],
      ["Growth", known ? `${bytes(Math.max(0, known.bytes) * 3600)}/h` : "–"],
      ["Oldest event", log.oldest_event_at
        ? instant(seconds(log.oldest_event_at)) : "–"],
      ["Newest event", log.newest_event_at
        ? instant(seconds(log.newest_event_at)) : "–"],
    ];
    find(".pairs", this.section).replaceChildren(...rows.map(([term, text]) =>
      element("div", {}, element("dt", { text: term }),
        element("dd", { text }))));
    this.#draw();
    say(find("summary", this.letters), plural(log.rejects, "dead letter"));
    this.letters.hidden = log.rejects === 0;
  }

  // Samples of a log that was replaced are dropped.
  #sample({ end_offset: end, bytes: size }) {
    const last = this.#samples.at(-1);
    if (last && end < last.end)
      this.#samples = [];
    if (!last || now() - last.at >= 1)
      this.#samples.push({ at: now(), end, bytes: size });
    if (this.#samples.length > SAMPLES_MAX)
      this.#samples.shift();
  }

  // Growth per second since the first sample; null if there are too few.
  #growth() {
    const first = this.#samples[0], last = this.#samples.at(-1);
    const lasted = last.at - first.at;
    return lasted < 3 ? null : { events: (last.end - first.end) / lasted,
      bytes: (last.bytes - first.bytes) / lasted };
  }

  #facts(log) {
    const known = this.#growth();
    const newest = log.newest_event_at ? seconds(log.newest_event_at) : null;
    say(find("#fact-kept"), count(log.events));
    say(find("#fact-growth"), known
      ? `${bytes(log.bytes)}, ${rate(known.events)} now` : bytes(log.bytes));
    say(find("#fact-newest"), newest === null ? "–"
      : ago(Math.min(newest, now()), now()));
    say(find("#fact-newest-at"),
      newest === null ? "none yet" : instant(newest));
    say(find("#fact-rejects"), count(log.rejects));
    say(find("#fact-duplicates"),
      `${plural(log.duplicates, "duplicate")} dropped`);
  }

  #draw() {
    const pairs = this.#samples.slice(1).map((sample, i) => ({ at: sample.at,
      value: (sample.end - this.#samples[i].end) /
        (sample.at - this.#samples[i].at) }));
    const plot = find(".plot", this.section);
    plot.hidden = find(".numbers", this.section).hidden = pairs.length < 2;
    if (pairs.length < 2)
      return;
    this.chart.draw({ times: pairs.map(pair => pair.at), lines: [
      { label: "Written", color: "accent",
        values: pairs.map(pair => pair.value) }] });
    numbers(find(".numbers", this.section), "Events written per second",
      ["Time", "Events per second"],
      () => pairs.map(({ at, value }) => [clockTime(at), rate(value)])
        .reverse());
  }

  async #rejects() {
    if (!this.letters.open)
      return;
    find("ol", this.letters)?.remove();
    try {
      const { rejects } = await ask("/v1/rejects?limit=20");
      this.letters.append(element("ol", {}, ...rejects.map(letter =>
        element("li", {}, element("strong", { text: letter.reason }),
          element("p", { class: "note", text: `${letter.source}, ` +
            (letter.time ? instant(seconds(letter.time)) : "time unknown") }),
          element("pre", { tabindex: 0, text: letter.raw.slice(0, 500) })))));
    } catch (error) {
      this.letters.append(element("ol", {},
        element("li", { text: error.message })));
    }
  }
}

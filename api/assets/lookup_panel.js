// One repository: the time between its pull requests, and how it changed.

import { TimeChart } from "./chart.js";
import { ask, Refusal, repositoryPath } from "./client.js";
import { element, fillChoice, find, isolated, numbers, say } from "./dom.js";
import { count, duration, instant, plural, seconds, time, typeName }
  from "./format.js";
import { slot } from "./palette.js";
import { Panel } from "./panel.js";

// The time from the first to the last pull request is divided into up to
// PARTS_MAX windows, with one request each and about PART_COUNT pull requests;
// a median of fewer means little.
const PARTS_MAX = 12;
const PART_COUNT = 4;

// Labels of the interval axis, in seconds.
const SPLITS = [1, 5, 15, 60, 300, 900, 3600, 10800, 43200, 86400, 259200,
  864000, 2592000, 8640000, 31536000];

// Colour, name, field, in order from the top.
const LINES = [["upper", "90th percentile", "p90_interval_seconds"],
  ["accent", "Median", "median_interval_seconds"]];

const interval = value => value === null ? "–" : duration(value);

// Windows [start, end) of equal length that cover first to last.
export function parts(first, last, number) {
  const step = Math.max(1, Math.ceil((last + 1 - first) / number));
  return Array.from({ length: Math.ceil((last + 1 - first) / step) },
    (_, i) => ({ start: first + i * step, end: first + (i + 1) * step }));
}

export class LookupPanel extends Panel {
  #shown = "";
  #chart = null;
  #asked = {};

  constructor(page) {
    super("lookup", () => this.#load(), answer => this.#show(answer));
    this.page = page;
    this.found = find(".found", this.section);
    this.input = find("#repo");
    find("form", this.section).onsubmit = event => {
      event.preventDefault();
      page.open(this.input.value.trim());
    };
    this.#build();
  }

  #build() {
    this.title = element("h3");
    this.facts = element("dl", { class: "facts small" });
    this.actions = element("tbody");
    this.types = element("p", { class: "chips" });
    this.action = element("select", { on: { change: event =>
      this.page.change({ action: event.target.value }) } });
    this.plot = element("div", { class: "plot" }, element("p",
      { class: "chips" }, ...LINES.map(([color, label]) =>
        element("span", { class: "chip" },
          element("i", { class: "swatch", "data-color": color }), label))));
    this.few = element("p", { class: "empty", hidden: true });
    this.details = element("details", { class: "numbers" },
      element("summary", { text: "Show as table" }));
    this.found.append(this.title, this.types, this.facts,
      element("div", { class: "controls" }, element("label", {},
        "Time between pull requests ", this.action)),
      this.few, this.plot, this.details,
      element("div", { class: "wide", tabindex: 0, role: "region",
        "aria-label": "By action" }, element("table", {},
        element("thead", {}, element("tr", {},
          ...["Action", "Count", "Average", "Median", "90th percentile", "Last"]
            .map((text, i) => element("th",
              { scope: "col", class: i > 0 && "number", text })))),
        this.actions)));
  }

  async #load() {
    const name = this.page.state.repo;
    if (this.#shown !== name)
      this.#clear(name);
    if (!name)
      return undefined;
    if (!/^[^/]+\/[^/]+$/.test(name))
      return this.#none("Enter the repository as owner/name.");
    try {
      return await this.#ask(name);
    } catch (error) {
      if (error instanceof Refusal && error.status === 404)
        return this.#none("No events of ", isolated(name), " in the log.");
      throw error;
    }
  }

  async #ask(name) {
    const path = repositoryPath(name);
    const repo = await ask("/v1/repos/" + path);
    const { by_action: actions } = repo.pull_requests;
    const action = actions[this.page.state.action];
    if (!action || action.pr_count < 2)
      return { repo, spans: [] };
    return { repo, spans: await this.#parts(path, action) };
  }

  // The windows are requested again only if there are new pull requests.
  async #parts(path, action) {
    const key = [path, this.page.state.action, action.pr_count, action.last_ts]
      .join(" ");
    if (this.#asked.key !== key)
      this.#asked = { key, spans: await this.#askParts(path, action) };
    return this.#asked.spans;
  }

  async #askParts(path, action) {
    const number = Math.floor(action.pr_count / PART_COUNT);
    const spans = parts(seconds(action.first_ts), seconds(action.last_ts),
      Math.min(PARTS_MAX, Math.max(2, number)));
    const answers = await Promise.all(spans.map(({ start, end }) =>
      ask(`/v1/avg_pr_interval/${path}?` + new URLSearchParams(
        { start: time(start), end: time(end), action: this.page.state.action }))
        .catch(error => {
          if (error instanceof Refusal && error.status === 404)
            return null; // none in this window
          throw error;
        })));
    return spans.map((span, i) =>
      ({ ...span, ...answers[i]?.by_action[this.page.state.action] }));
  }

  #clear(name) {
    this.#shown = name;
    this.input.value = name;
    this.found.hidden = true;
    if (name)
      this.teach("Looking for ", isolated(name), " …");
    else
      this.teach("Choose a repository anywhere on this page, or type its " +
        "name, to see how often it gets pull requests.");
  }

  #none(...content) {
    this.found.hidden = true;
    this.teach(...content);
    return undefined;
  }

  #show({ repo, spans }) {
    this.teach();
    this.found.hidden = false;
    this.#head(repo);
    this.#table(repo.pull_requests.by_action);
    this.#distribution(spans);
  }

  #head(repo) {
    const name = repo.repo_name ?? this.page.state.repo;
    if (this.title.dataset.name !== name) {
      this.title.dataset.name = name;
      this.title.replaceChildren(isolated(name), " ", element("a", {
        class: "note", href: `https://github.com/${repositoryPath(name)}`,
        rel: "noreferrer", text: "on GitHub",
      }), " ", element("a", {
        class: "note", text: "show live",
        href: "#" + new URLSearchParams({ repo: name, from: name }),
      }));
    }
    const { opened } = repo.pull_requests.by_action;
    const rows = [["Pull request events", count(repo.pull_requests.pr_count)],
      ["Average interval, opened", interval(opened.avg_interval_seconds)],
      ["Median interval", interval(opened.median_interval_seconds)],
      ["90th percentile", interval(opened.p90_interval_seconds)]];
    this.facts.replaceChildren(...rows.map(([term, text]) =>
      element("div", {}, element("dt", { text: term }),
        element("dd", { text }))));
    const most = Object.entries(repo.counts).filter(([, n]) => n > 0)
      .sort((a, b) => b[1] - a[1]);
    this.types.replaceChildren(
      `${plural(repo.events, "event")} since ` +
        instant(seconds(repo.first_event_ts)) + ": ",
      ...most.map(([type, n]) => element("span", { class: "chip" },
        element("i", { class: "swatch", "data-color": slot(type) }),
        `${typeName(type)} ${count(n)}`)));
  }

  #table(actions) {
    const rows = Object.entries(actions).filter(([, of]) => of.pr_count > 0)
      .sort((a, b) => b[1].pr_count - a[1].pr_count);
    const names = [...new Set(["opened", "closed", "merged",
      ...rows.map(([name]) => name)])];
    fillChoice(this.action, names.map(name => [name, name]),
      this.page.state.action);
    this.actions.replaceChildren(...rows.map(([name, of]) => element("tr", {},
      element("th", { scope: "row", text: name }),
      ...[count(of.pr_count), interval(of.avg_interval_seconds),
        interval(of.median_interval_seconds), interval(of.p90_interval_seconds),
        instant(seconds(of.last_ts))].map(text =>
        element("td", { class: "number", text })))));
  }

  #distribution(spans) {
    const drawn = spans.filter(span => span.median_interval_seconds > 0);
    const few = drawn.length < 2;
    this.plot.hidden = this.details.hidden = few;
    this.few.hidden = !few;
    say(this.few, `Too few pull requests were ${this.page.state.action} ` +
      "to show how the time between them changed.");
    if (few)
      return;
    this.#chart ??= new TimeChart(this.plot, {
      label: "Time between pull requests", height: 220, format: interval,
      axisFormat: duration, total: false,
      scale: { distr: 3, range: (u, low, high) =>
        [Math.max(1, low / 1.5), Math.max(2, high * 1.5)] },
      axis: { size: 62, filter: (u, splits) => splits,
        splits: u => SPLITS.filter(value =>
          value >= u.scales.y.min && value <= u.scales.y.max) },
    });
    const values = key => spans.map(span => span[key] > 0 ? span[key] : null);
    this.#chart.draw({
      times: spans.map(span => (span.start + span.end) / 2),
      lines: LINES.map(([color, label, key]) =>
        ({ color, label, values: values(key) })),
      points: true, bands: [[1, 2]],
    });
    numbers(this.details, "Time between pull requests",
      ["From", "Count", "Average", "Median", "90th percentile"],
      () => spans.map(span => [instant(span.start), count(span.pr_count ?? 0),
        ...["avg", "median", "p90"].map(key =>
          interval(span[`${key}_interval_seconds`] ?? null))]));
  }
}

// Events by type over time, and their totals.

import { TimeChart } from "./chart.js";
import { ask, now } from "./client.js";
import { element, fillChoice, find, importing, numbers, say } from "./dom.js";
import { compact, count, fromWallTime, instant, percent, rate, seconds, time,
  typeName, wallTime } from "./format.js";
import { COLOURED, OTHER, slot } from "./palette.js";
import { Panel } from "./panel.js";
import { hidden } from "./state.js";
import { fits, frame, STEPS, stepName, WINDOWS }
  from "./windows.js";
import { ahead, zoneName } from "./zone.js";

const sum = values => values.reduce((all, value) => all + value, 0);

export class RatePanel extends Panel {
  #log = {};
  #answer = null;

  // page: {state, change(fields)}
  constructor(page) {
    super("rate", () => this.#load(), answer => this.#show(answer));
    this.page = page;
    this.chart = new TimeChart(find(".plot", this.section), {
      label: "Events over time", height: 400, format: count,
      axisFormat: compact, total: true,
      select: (start, end) => this.#zoom(start, end),
    });
    this.numbers = find(".numbers", this.section);
    this.#listen();
  }

  #listen() {
    const { page } = this;
    find("#window").onchange = event => this.#onWindow(event.target.value);
    find("#step").onchange = event => page.change({ step: event.target.value });
    for (const radio of this.section.querySelectorAll("[name=style]"))
      radio.onchange = () => {
        page.change({ style: radio.value }, false);
        this.#draw();
      };
    find("#show-all").onclick = () => this.#hide([]);
    find("#range").onsubmit = event => {
      event.preventDefault();
      this.#onRange();
    };
  }

  #onWindow(name) {
    const { start, end } = this.window();
    const custom = name === "custom" ? { start: time(start), end: time(end) }
      : { start: "", end: "" };
    this.page.change({ window: name, step: "auto", ...custom });
  }

  #onRange() {
    const [start, end] = ["start", "end"].map(name =>
      fromWallTime(find("#range-" + name).value));
    const wrong = start >= end ? "The end must be after the start." : "";
    say(find("#range [role=alert]"), wrong);
    if (!wrong)
      this.#zoom(start, end);
  }

  #zoom(start, end) {
    this.page.change({ window: "custom", step: "auto",
      start: time(Math.floor(start)), end: time(Math.ceil(end)) });
  }

  // The bounds of the log determine the window.
  set log(answer) {
    this.#log = answer.oldest_event_at ? {
      oldest: seconds(answer.oldest_event_at),
      newest: seconds(answer.newest_event_at),
    } : {};
    this.#choices();
  }

  window() {
    return frame(this.page.state, this.#log, now(), ahead);
  }

  #choices() {
    const { state } = this.page;
    const { name, start, end, length } = this.window();
    fillChoice(find("#window"), Object.entries(WINDOWS).map(([key, [label]]) =>
      [key, label]), name);
    const usual =
      frame({ ...state, step: "auto" }, this.#log, now(), ahead).step;
    fillChoice(find("#step"), [
      ["auto", `Automatic (${STEPS.find(([s]) => s === usual)[1]})`],
      ...STEPS.map(([step, label]) => [step, label, !fits(step, length)]),
    ], state.step);
    for (const radio of this.section.querySelectorAll("[name=style]"))
      radio.checked = radio.value === state.style;
    this.#range(name, start, end);
  }

  // Does not overwrite what is being typed.
  #range(name, start, end) {
    const range = find("#range");
    const key = [name, start, end, zoneName(end)].join(" ");
    if (name === "custom" && range.dataset.of === key)
      return;
    range.dataset.of = key;
    range.hidden = name !== "custom";
    find("#range-start").value = wallTime(start);
    find("#range-end").value = wallTime(end);
    say(find("#range-zone"), zoneName(end));
  }

  async #load() {
    const { start, end, step } = this.window();
    const query = new URLSearchParams(
      { start: time(start), end: time(end), step });
    const answer = await ask("/v1/event_counts/series?" + query);
    return { ...answer, step, start, end };
  }

  // Stores one list of counts for each type, all of the same length.
  #show(answer) {
    this.asOf = answer.as_of;
    const times = [];
    for (let at = answer.start; at < answer.end; at += answer.step)
      times.push(at);
    this.#answer = { ...answer, times, types: answer.series.map(line => ({
      type: line.type, values: line.points.map(point => point[1]),
      total: sum(line.points.map(point => point[1])),
    })).filter(line => line.total > 0).sort((a, b) => b.total - a.total) };
    this.#choices();
    this.#facts();
    this.#draw();
  }

  #facts() {
    const { types, start, end } = this.#answer;
    const total = sum(types.map(line => line.total));
    const pulls = types.find(line => line.type === "PullRequestEvent");
    const lasted = Math.max(1, Math.min(end, now()) - start);
    say(find("#fact-events"), count(total));
    say(find("#fact-rate"),
      total ? `${rate(total / lasted)} on average` : "none");
    say(find("#fact-pulls"), count(pulls?.total ?? 0));
    say(find("#fact-pulls-share"),
      pulls ? `${percent(pulls.total / total)} of events` : "none");
    this.#teach(total);
  }

  #teach(total) {
    if (total > 0) {
      this.teach();
    } else if (!this.#log.oldest) {
      this.teach("No events yet. Wait for a poll of GitHub, or import " +
        "an archive: ", importing());
    } else {
      this.teach("No events in this window. The log has events from ",
        `${instant(this.#log.oldest)} to ${instant(this.#log.newest)}. `,
        "Choose “Whole log” to see them.");
    }
    this.section.classList.toggle("bare", total === 0);
  }

  #hide(types) {
    this.page.change({ hide: types.join(",") }, false);
    this.#draw();
  }

  #toggle(type) {
    const off = hidden(this.page.state);
    this.#hide(off.includes(type) ? off.filter(other => other !== type)
      : [...off, type]);
  }

  // One line for each colour; types without their own colour are added up.
  #lines() {
    const off = hidden(this.page.state);
    const { types, times } = this.#answer;
    return [OTHER, ...[...COLOURED].reverse()].map(color => {
      const of = types.filter(line =>
        slot(line.type) === color && !off.includes(line.type));
      return { color, of: of.length,
        label: color === OTHER ? "Other types" : typeName(color),
        values: times.map((at, i) => sum(of.map(line => line.values[i]))) };
    }).filter(line => line.of > 0);
  }

  #draw() {
    if (!this.#answer)
      return;
    const { times, step, end } = this.#answer;
    const lines = this.#lines();
    const filling = now() < end ? end - step : undefined;
    this.chart.draw({
      times: [...times, end],
      // The last step is as wide as the others.
      lines: lines.map(line =>
        ({ ...line, values: [...line.values, line.values.at(-1)] })),
      stacked: this.page.state.style === "stacked",
      logarithmic: this.page.state.style === "log",
      stepped: true, until: filling,
    });
    say(find(".unit", this.section), `Events per ${stepName(step)}`);
    this.#legend();
    numbers(this.numbers, `Events per ${stepName(step)}, by type`,
      ["From", ...lines.map(line => line.label).reverse()],
      () => times.map((at, i) =>
        [instant(at), ...lines.map(line => count(line.values[i])).reverse()])
        .reverse());
  }

  #legend() {
    const off = hidden(this.page.state);
    const { types } = this.#answer;
    const total = sum(types.map(line => line.total));
    const body = find(".legend tbody", this.section);
    const key = JSON.stringify([off, types.map(({ type, total }) =>
      [type, total])]);
    find("#show-all").hidden = off.length === 0;
    if (body.dataset.key === key)
      return;
    body.dataset.key = key;
    const focused = document.activeElement?.dataset.type;
    body.replaceChildren(...types.map(({ type, total: events }) =>
      element("tr", { class: off.includes(type) && "off" },
        element("th", { scope: "row" }, element("button", {
          type: "button", "data-type": type,
          "aria-pressed": String(!off.includes(type)),
          on: { click: () => this.#toggle(type) },
        }, element("i", { class: "swatch", "data-color": slot(type) }),
        typeName(type))),
        element("td", { class: "number", text: count(events) }),
        element("td", { class: "number", text: percent(events / total) }))));
    if (focused)
      find(`[data-type="${CSS.escape(focused)}"]`, body)?.focus();
  }
}


// A chart over time, drawn by uPlot. It can be read with the pointer, by touch
// and with the arrow keys, and is redrawn when size or colours change.

import { element } from "./dom.js";
import { clockTime, day, instant, month } from "./format.js";
import { colour } from "./palette.js";
import { isUtc } from "./zone.js";

const uPlot = globalThis.uPlot;
// Scales of uPlot. The logarithmic one includes zero.
const LINEAR = 1;
const ASINH = 4;

const FONT = "12px system-ui, sans-serif";

// Grid lines of the logarithmic scale.
function decades(u) {
  const splits = [0];
  for (let at = 1; at <= u.scales.y.max; at *= 10)
    splits.push(at);
  return splits;
}

// Labels of the time axis: the time, and under the first one of a day the date.
function timeLabels(u, times, axis, space, every) {
  let before = "";
  return times.map(at => {
    if (every >= 86400 * 28)
      return month(at);
    const date = day(at);
    if (every >= 86400)
      return date;
    const text = clockTime(at).slice(0, every < 60 ? 8 : 5);
    const head = date === before ? "" : "\n" + date;
    before = date;
    return text + head;
  });
}

// Sums from the last series upwards, so that each is drawn over the one above
// it.
function stack(lines) {
  const sums = lines.map(() => []);
  for (let i = lines.length - 1; i >= 0; i--)
    sums[i] = lines[i].values.map((value, t) =>
      value + (i + 1 < lines.length ? sums[i + 1][t] : 0));
  return sums;
}

const NARROW = matchMedia("(max-width: 40rem)");

export class TimeChart {
  #plot = null;
  #shape = "";
  #data = null;

  // label  name for screen readers
  // height in pixels, on a wide screen
  // format formats a value
  // total  whether the readout shows the sum of the values
  // axis   more options for the value axis; `scale`: for its scale
  // select called with the ends of a dragged selection
  constructor(host, options) {
    this.host = host;
    this.options = options;
    this.readout = element("div", { class: "readout", hidden: true });
    this.spoken = element("p", { class: "unseen", "aria-live": "polite" });
    this.canvas = element("div", {
      class: "canvas", tabindex: 0, role: "group",
      "aria-label": `${options.label}. Use the arrow keys to read it point ` +
        "by point. The table below has the same numbers.",
      on: {
        keydown: event => this.#onKey(event),
        blur: () => this.#leave(),
      },
    });
    host.append(this.canvas, this.readout, this.spoken);
    new ResizeObserver(() => this.#fit()).observe(host);
    addEventListener("themechange", () => this.#build());
  }

  // data: {times, lines: [{label, color, values, dash}], stacked, stepped,
  // logarithmic, points, bands, until}. Lines are in order from the top. until:
  // start of the last step, if it is still in progress.
  draw(data) {
    this.#data = data;
    const shape = JSON.stringify([data.stacked, data.stepped,
      data.logarithmic, data.points,
      data.lines.map(line => [line.label, line.color])]);
    if (shape !== this.#shape || !this.#plot) {
      this.#shape = shape;
      this.#build();
      return;
    }
    this.#plot.setData(this.#columns());
    this.#read();
  }

  #size() {
    const { height } = this.options;
    return { width: Math.max(200, this.host.clientWidth),
      height: NARROW.matches ? Math.min(260, height) : height };
  }

  #columns() {
    const { times, lines, stacked } = this.#data;
    return [times, ...(stacked ? stack(lines) : lines.map(l => l.values))];
  }

  #series() {
    const { lines, stacked, stepped, points } = this.#data;
    return [{}, ...lines.map(line => ({
      label: line.label,
      stroke: stacked ? colour("card") : colour(line.color),
      fill: stacked ? colour(line.color) : undefined,
      width: stacked ? 0.75 : 2,
      dash: line.dash,
      paths: stepped ? uPlot.paths.stepped({ align: 1 }) : undefined,
      points: { show: Boolean(points), size: 7, fill: colour(line.color) },
      spanGaps: true,
    }))];
  }

  #axes() {
    const marks = this.#data.logarithmic
      ? { splits: decades, filter: (u, splits) => splits } : {};
    const common = {
      stroke: colour("muted"), font: FONT, ticks: { show: false },
      grid: { stroke: colour("grid"), width: 1 },
    };
    return [
      { ...common, values: timeLabels, grid: { show: false }, space: 64,
        size: 40 },
      { ...common, size: 54, space: 44, ...marks, ...this.options.axis,
        values: (u, splits) => splits.map(value =>
          value === null ? "" : this.options.axisFormat(value)) },
    ];
  }

  // Fades the step in progress, whose value is not final.
  #veil(u) {
    const { until } = this.#data;
    const { left, top, width, height } = u.bbox;
    if (!until || until >= u.scales.x.max)
      return;
    const from = u.valToPos(until, "x", true);
    u.ctx.save();
    u.ctx.globalAlpha = 0.55;
    u.ctx.fillStyle = colour("card");
    u.ctx.fillRect(from, top, left + width - from, height);
    u.ctx.restore();
  }

  #build() {
    if (!this.#data)
      return;
    this.#plot?.destroy();
    const { select, scale } = this.options;
    this.#plot = new uPlot({
      ...this.#size(),
      padding: [10, 24, 0, 0],
      legend: { show: false },
      drawOrder: ["series", "axes"],
      tzDate: at => isUtc() ? uPlot.tzDate(new Date(at * 1000), "Etc/UTC")
        : new Date(at * 1000),
      cursor: { y: false, points: { show: !this.#data.stacked },
        drag: { x: Boolean(select), y: false, setScale: false } },
      scales: { y: { range: (u, low, high) => [0, high > 0 ? high * 1.06 : 1],
        distr: this.#data.logarithmic ? ASINH : LINEAR, ...scale } },
      axes: this.#axes(),
      series: this.#series(),
      bands: this.#data.bands?.map(series =>
        ({ series, fill: colour("band") })),
      hooks: {
        draw: [u => this.#veil(u)],
        setCursor: [() => this.#read()],
        setSelect: [u => this.#onSelect(u)],
      },
    }, this.#columns(), this.canvas);
  }

  #fit() {
    if (this.#plot && this.host.clientWidth > 0)
      this.#plot.setSize(this.#size());
  }

  #onSelect(u) {
    const { left, width } = u.select;
    if (width < 4)
      return;
    const ends = [left, left + width].map(at => u.posToVal(at, "x"));
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.options.select(...ends);
  }

  #onKey(event) {
    const last = this.#data ? this.#data.times.length - 1 : -1;
    const at = this.#plot?.cursor.idx ?? last + 1;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }
      [event.key];
    if (event.key === "Escape")
      this.#leave();
    if (next === undefined || last < 0)
      return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, next));
    const left = this.#plot.valToPos(this.#data.times[index], "x");
    this.#plot.setCursor({ left, top: 10 });
    this.spoken.textContent = this.#words(index).join(", ");
  }

  #leave() {
    this.#plot?.setCursor({ left: -10, top: -10 });
    this.spoken.textContent = "";
  }

  #rows(index) {
    return this.#data.lines.filter(line => line.values[index] !== null &&
      (line.values[index] > 0 || !this.options.total));
  }

  #words(index) {
    return [instant(this.#data.times[index]), ...this.#rows(index).map(line =>
      `${line.label} ${this.options.format(line.values[index])}`)];
  }

  // Fills the readout that follows the cursor.
  #read() {
    const index = this.#plot.cursor.idx;
    const { times, lines, until } = this.#data;
    this.readout.hidden = index === null || index === undefined ||
      this.#plot.cursor.left < 0;
    if (this.readout.hidden)
      return;
    const { format, total } = this.options;
    const rows = this.#rows(index).map(line => element("tr", {},
      element("th", { scope: "row" },
        element("i", { class: "swatch", "data-color": line.color }),
        line.label),
      element("td", { class: "number", text: format(line.values[index]) })));
    const sum = lines.reduce((all, line) => all + line.values[index], 0);
    const head = instant(times[index]) +
      (until && times[index] >= until ? ", in progress" : "");
    this.readout.replaceChildren(element("p", { text: head }),
      element("table", {}, ...rows, ...(total ? [element("tr",
        { class: "total" }, element("th", { scope: "row", text: "Total" }),
        element("td", { class: "number", text: format(sum) }))] : [])));
    this.#place();
  }

  // Places the readout next to the cursor, on the side with room.
  #place() {
    const { left } = this.#plot.cursor;
    const shift = this.#plot.over.offsetLeft;
    const width = this.readout.offsetWidth;
    const room = this.host.clientWidth;
    const right = shift + left + 14;
    const x = right + width <= room ? right
      : Math.max(0, shift + left - 14 - width);
    this.readout.style.transform = `translate(${Math.round(x)}px, 8px)`;
  }
}

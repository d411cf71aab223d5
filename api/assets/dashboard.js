// The dashboard: refreshes every few seconds and shows how current the data is.

import { now, Refusal, token, Unreachable } from "./client.js";
import { find, say } from "./dom.js";
import { count, instant, moment, plural } from "./format.js";
import { LivePanel } from "./live_panel.js";
import { LookupPanel } from "./lookup_panel.js";
import { RatePanel } from "./rate_panel.js";
import { readState, writeState } from "./state.js";
import { ActorsPanel, LogPanel, SourcesPanel } from "./system_panels.js";
import { TopPanel } from "./top_panel.js";
import { isUtc, showUtc, zoneName } from "./zone.js";

const REFRESH_MS = 5000;
const RETRY_MIN_MS = 1000;
const RETRY_MAX_MS = 30000;

let timer = 0;
let retry_ms = RETRY_MIN_MS;
let lostSince = null; // seconds; null while the service answers
let shownAt = null; // when the data shown was requested
let asOf = null; // of the last answer of a view
let late = 0; // consecutive answers with a lag; a single one is normal

const page = {
  state: readState(location.hash),

  // Sets fields of the state; `again`: refresh, because the data depends on
  // them.
  change(fields, again = true) {
    Object.assign(page.state, fields);
    history.replaceState(null, "", writeState(page.state) || location.pathname);
    if (again)
      apply();
  },

  // Opens a repository's look-up and adds it to the history.
  open(repo) {
    page.state.repo = repo;
    history.pushState(null, "", writeState(page.state) || location.pathname);
    apply();
    find("#lookup").scrollIntoView({ block: "nearest" });
  },

  // The live stream ended: check whether the service still answers.
  lost: () => refresh(),
};

const log = new LogPanel(answer => {
  rate.log = answer;
  live.log = answer;
});
const rate = new RatePanel(page);
const top = new TopPanel(page, () => rate.window());
const lookup = new LookupPanel(page);
const live = new LivePanel(page);
const sources = new SourcesPanel();
const actors = new ActorsPanel();
const panels = [rate, top, lookup, sources, actors];

function apply() {
  live.filter();
  refresh();
}

// How current the data is, as [level, text].
function health() {
  if (lostSince !== null)
    return ["bad", "Not answering"];
  if (actors.troubles.length > 0)
    return ["bad", actors.troubles[0]];
  if (late > 1)
    return ["warn", asOf.stale
      ? "Stale: the views have not heard from the log recently"
      : `${plural(asOf.lag, "event")} behind`];
  return sources.partial ? ["warn", `Partial: ${sources.partial}`]
    : ["good", "Up to date"];
}

function showHealth() {
  const [level, text] = health();
  const target = find("#health");
  target.dataset.level = level;
  say(target, text);
  say(find("#as-of"), asOf ? `Data as of offset ${count(asOf.offset)}` +
    ` of ${count(asOf.log_end)}, ${instant(shownAt)}.` : "");
}

function showLost(error) {
  lostSince ??= now();
  const banner = find("#banner");
  banner.hidden = false;
  document.body.classList.add("lost");
  say(find("p", banner), "octolog has not answered since " +
    `${moment(lostSince, now())}` + (shownAt ? ". The data shown is from " +
      `${moment(shownAt, now())}` : "") + ". Retrying.");
  live.stop();
  banner.dataset.reason = error.message;
}

function showFound() {
  lostSince = null;
  retry_ms = RETRY_MIN_MS;
  find("#banner").hidden = true;
  document.body.classList.remove("lost");
  find("#token").hidden = true;
  live.resume();
}

function askToken(error) {
  const form = find("#token");
  const asked = !form.hidden;
  form.hidden = false;
  say(find("#health"), "Locked");
  find("#health").dataset.level = "warn";
  say(find("[role=alert]", form), token.get() ? error.message : "");
  if (!asked)
    find("input", form).focus();
}

// The log comes first, because the window depends on it.
async function askAll() {
  await log.refresh();
  const results =
    await Promise.allSettled(panels.map(panel => panel.refresh()));
  const failed = results.find(result => result.status === "rejected");
  if (failed)
    throw failed.reason;
}

let asking = null;
let wanted = false;

// Refreshes everything; if a refresh is running, again after it.
function refresh() {
  wanted = true;
  clearTimeout(timer);
  asking ??= turns().finally(() => {
    asking = null;
  });
}

async function turns() {
  let pause_ms = REFRESH_MS;
  while (wanted && !document.hidden) {
    wanted = false;
    pause_ms = await turn();
  }
  timer = setTimeout(refresh, pause_ms);
}

// Returns the time until the next refresh, in milliseconds.
async function turn() {
  try {
    await askAll();
    shownAt = now();
    asOf = rate.asOf ?? null;
    late = asOf?.stale || asOf?.lag > 0 ? late + 1 : 0;
    showFound();
    showHealth();
    return REFRESH_MS;
  } catch (error) {
    if (error instanceof Refusal) {
      askToken(error);
      return RETRY_MAX_MS;
    }
    if (!(error instanceof Unreachable))
      throw error;
    showLost(error);
    showHealth();
    retry_ms = Math.min(RETRY_MAX_MS, retry_ms * 2);
    return retry_ms;
  }
}

function onShown() {
  if (document.hidden) {
    live.stop();
    clearTimeout(timer);
  } else {
    live.resume();
    refresh();
  }
}

// Links to repositories keep the rest of the state.
function onClick(event) {
  const link = event.target.closest("a[href^='#']");
  if (!link || link.className === "skip" || event.ctrlKey || event.metaKey ||
      event.shiftKey)
    return;
  event.preventDefault();
  const wish = new URLSearchParams(link.getAttribute("href").slice(1));
  if (wish.has("from"))
    page.change({ from: wish.get("from") });
  else
    page.open(wish.get("repo"));
}

function showZone() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const button = find("#zone");
  button.hidden = own === "UTC";
  say(button, zoneName(now()));
  button.title = isUtc() ? `Times are UTC; switch to ${own}`
    : `Times are in ${own}; switch to UTC`;
  button.setAttribute("aria-label",
    `Show times in UTC (now: ${zoneName(now())})`);
  button.setAttribute("aria-pressed", String(isUtc()));
  say(find("#times"), isUtc() ? "Times are UTC."
    : `Times are in ${own}, ${zoneName(now())}.`);
}

function switchZone() {
  showUtc(!isUtc());
  showZone();
  for (const panel of [log, ...panels, live])
    panel.redraw();
  refresh(); // for texts with times outside the panels
}

document.addEventListener("visibilitychange", onShown);
document.addEventListener("click", onClick);
addEventListener("popstate", () => {
  page.state = readState(location.hash);
  apply();
});
addEventListener("online", refresh);
find("#zone").onclick = switchZone;
find("#banner button").onclick = refresh;
find("#token").onsubmit = event => {
  event.preventDefault();
  token.set(find("#token-text").value);
  live.stop();
  refresh();
};
showZone();
refresh();

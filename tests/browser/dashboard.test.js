// The dashboard beside a service that works.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, afterEach, before, test } from "node:test";
import { browser, gone, open, shown, text } from "./browser.js";
import { event, Service, someEvents } from "./service.js";

const axe = await readFile(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What strangers may call a repository, a branch and themselves.
const EVIL = "<img src=x onerror=alert(1)>/\"'><script>alert(2)</script>";

let service, kept;

before(async () => {
  await browser.start();
  service = await Service.start();
  await service.import([...someEvents(), event("PushEvent", EVIL, 30,
    { ref: `refs/heads/${EVIL}` })]);
  kept = 301;
});
after(async () => {
  await browser.stop();
  await service.close();
});

afterEach(browser.clear);

const loaded = page => text(page, "#fact-events", /\d{3}/);

test("it loads without a complaint and shows what there is", async () => {
  const page = await open(service.url);
  await text(page, "#fact-kept", String(kept));
  await text(page, "#fact-events", String(kept));
  await text(page, "#fact-pulls", "60");
  await text(page, "#health", "Up to date");
  await shown(page, "#rate canvas");
  await shown(page, ".events li");
  assert.equal(await page.locator("#actors tbody tr").count(), 5);
  assert.equal(await page.locator(".ranks li").count(), 9);
  assert.deepEqual(page.troubles, []);
});

test("nothing of it comes from elsewhere", async () => {
  const page = await open(service.url);
  const hosts = new Set();
  page.on("request", request => hosts.add(new URL(request.url()).origin));
  await page.reload();
  await loaded(page);
  assert.deepEqual([...hosts], [service.url]);
});

test("it moves when events come", async () => {
  const page = await open(service.url);
  await text(page, "#fact-kept", String(kept));
  await service.import([event("ReleaseEvent", "octo/moves", 1,
    { action: "published", release: { tag_name: "v9" } })]);
  kept += 1;
  await text(page, ".events li:first-child .repo", "octo/moves");
  await text(page, ".events li:first-child .about", "published v9");
  await text(page, "#fact-kept", String(kept));
  await text(page, "#fact-events", String(kept));
  assert.deepEqual(page.troubles, []);
});

test("a name is text, whatever it says", async () => {
  const page = await open(`${service.url}/#repo=${encodeURIComponent(EVIL)}`);
  await shown(page, ".ranks li");
  await page.locator(".events .repo", { hasText: EVIL }).first().waitFor();
  await page.locator(".events .about", { hasText: EVIL }).first().waitFor();
  await page.locator(".ranks .repo", { hasText: EVIL }).first().waitFor();
  assert.equal(await page.locator("main img, main script").count(), 0);
  assert.deepEqual(page.troubles, []);
});

test("the stream shows what is asked for", async () => {
  const page = await open(service.url);
  await shown(page, ".events li");
  await page.selectOption("#live-type", "WatchEvent");
  await page.locator(".events li", { hasText: "Push" }).first()
    .waitFor({ state: "detached" });
  await shown(page, ".events li");
  const types = await page.locator(".events .type").allTextContents();
  assert.deepEqual([...new Set(types)], ["Watch"]);
  await page.fill("#live-repo", "octo/repo-3");
  await page.press("#live-repo", "Enter");
  await page.waitForFunction(() => {
    const names = [...document.querySelectorAll(".events .repo")]
      .map(found => found.textContent);
    return names.length > 0 && names.every(name => name === "octo/repo-3");
  });
  assert.match(page.url(), /type=WatchEvent&from=octo%2Frepo-3/);
});

test("a stream that is paused stands still and loses nothing", async () => {
  const page = await open(`${service.url}/#from=octo/paused`);
  await loaded(page);
  await page.click("#pause");
  await service.import([event("ForkEvent", "octo/paused", 1)]);
  kept += 1;
  await text(page, "#fact-kept", String(kept));
  assert.equal(await page.locator(".events li").count(), 0);
  await page.click("#pause");
  await text(page, ".events .repo", "octo/paused");
});

test("a type is hidden and shown, and the link says so", async () => {
  const page = await open(service.url);
  const push = page.locator("[data-type=PushEvent]");
  await push.click();
  await page.locator("[data-type=PushEvent][aria-pressed=false]").waitFor();
  assert.match(page.url(), /hide=PushEvent/);
  const copy = await open(page.url());
  await copy.locator("[data-type=PushEvent][aria-pressed=false]").waitFor();
  await copy.click("#show-all");
  await copy.locator("[data-type=PushEvent][aria-pressed=true]").waitFor();
});

test("another window has other totals, and the link leads there", async () => {
  const page = await open(service.url);
  await loaded(page);
  await page.selectOption("#window", "15m");
  await page.waitForFunction(most => {
    const events = Number(document.querySelector("#fact-events").textContent);
    return events > 0 && events < most;
  }, kept);
  assert.match(page.url(), /window=15m/);
  await page.selectOption("#step", "60");
  await text(page, ".unit", "Events per minute");
  const copy = await open(page.url());
  await loaded(copy);
  assert.equal(await copy.inputValue("#window"), "15m");
  assert.equal(await copy.inputValue("#step"), "60");
  await page.selectOption("#window", "custom");
  await page.fill("#range-start", "2011-01-01T00:00:01");
  await page.fill("#range-end", "2011-01-02T00:00:01");
  await page.click("#range button");
  await text(page, "#rate .empty", /No events in this window/);
});

test("a repository is looked up from a list, by name, and back", async () => {
  const page = await open(service.url);
  await page.selectOption("#by", "pull_requests");
  await page.locator(".ranks .repo", { hasText: "octo/tool" }).click();
  await text(page, ".found h3", /^octo\/tool/);
  await text(page, ".found dd", "60");
  await shown(page, ".found canvas");
  await page.fill("#repo", "octo/nobody");
  await page.click("#lookup form button");
  await text(page, "#lookup .empty", "No events of octo/nobody in the log.");
  await page.goBack();
  await text(page, ".found h3", /^octo\/tool/);
  await page.goBack();
  await text(page, "#lookup .empty", /^Choose a repository/);
});

test("its charts are read by keys, and as tables", async () => {
  const page = await open(service.url);
  await loaded(page);
  await shown(page, "#rate canvas");
  await page.focus("#rate .canvas");
  await page.keyboard.press("Home");
  await shown(page, "#rate .readout");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await text(page, "#rate .plot > [aria-live]", /^\d{4}-\d\d-\d\d/);
  await page.keyboard.press("Escape");
  await gone(page, "#rate .readout");
  await page.focus("#rate summary");
  await page.keyboard.press("Enter");
  await shown(page, "#rate .numbers table");
  const sum = await page.locator("#rate .numbers td").allTextContents()
    .then(cells => cells.reduce((all, cell) => all + Number(cell), 0));
  assert.equal(sum, kept);
});

test("it is used from the keyboard alone", async () => {
  const page = await open(service.url);
  await loaded(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  const reached = [];
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => document.activeElement.id ||
      document.activeElement.dataset.type || document.activeElement.name ||
      document.activeElement.className));
  }
  for (const wanted of ["window", "step", "style", "canvas", "PushEvent"])
    assert.ok(reached.includes(wanted), `${wanted} in ${reached}`);
  await page.focus("[data-type=PushEvent]");
  await page.keyboard.press("Space");
  await page.locator("[data-type=PushEvent][aria-pressed=false]").waitFor();
  assert.equal(await page.evaluate(() =>
    document.activeElement.dataset.type), "PushEvent");
  await page.focus("#repo");
  await page.keyboard.type("octo/tool");
  await page.keyboard.press("Enter");
  await text(page, ".found h3", /^octo\/tool/);
});

test("times are the reader's until UTC is chosen, which is kept", async () => {
  const link = service.url +
    "/#window=custom&start=2026-01-31T12:00:00Z&end=2026-01-31T13:00:00Z";
  const page = await open(link, { timezoneId: "America/New_York" });
  const start = () => page.inputValue("#range-start");
  await text(page, "#range-zone", "UTC−5");
  assert.match(await start(), /^2026-01-31T07:00/);
  await page.fill("#range-start", "2026-01-31T06:30:07");
  await page.click("#range button");
  await page.waitForURL(/start=2026-01-31T11%3A30%3A07Z/);
  await page.click("#zone");
  await text(page, "#range-zone", "UTC");
  assert.match(await start(), /^2026-01-31T11:30/);
  await page.reload();
  await text(page, "#times", "Times are UTC.");
  await page.click("#zone");
  await text(page, "#times", /America\/New_York, UTC−[45]/);
  assert.deepEqual(page.troubles, []);
});

test("names of any length and direction leave the page its width", async () => {
  const wide = `${"W".repeat(39)}/${"w".repeat(100)}`;
  const kinds = Array.from({ length: 60 }, (_, i) =>
    event(`${"Kind".repeat(i)}${i}Event`, wide, 5 + i));
  await service.import(kinds);
  kept += kinds.length;
  const page = await open(`${service.url}/#repo=${wide}`,
    { viewport: { width: 360, height: 800 } });
  await text(page, ".found h3", /^W+/);
  await page.locator(".legend tr").nth(60).waitFor();
  assert.equal(await page.evaluate(() =>
    document.documentElement.scrollWidth), 360);
  const turned = await open(`${service.url}/#repo=\u202Ea/b`);
  await text(turned, "#lookup .empty bdi", "\u202Ea/b");
});

test("a spike is drawn beside small numbers over a logarithmic scale",
  async () => {
    const page = await open(`${service.url}/#style=log`);
    await loaded(page);
    await shown(page, "#rate canvas");
    await page.locator("[name=style][value=log]:checked").waitFor();
    assert.deepEqual(page.troubles, []);
  });

test("the page of the interface shows it all and tries it", async () => {
  const page = await open(`${service.url}/docs#agg_event_counts`);
  const { paths } = await service.ask("/openapi.json");
  const one = page.locator("#agg_event_counts");
  await one.locator("form").waitFor();
  assert.equal(await page.locator(".operation").count(),
    Object.keys(paths).length);
  await one.locator("[name=offset_minutes]").fill("60");
  await one.locator("form code", { hasText: "?offset_minutes=60'" }).waitFor();
  await one.locator("button").click();
  await one.locator(".badge", { hasText: "200" }).first().waitFor();
  await one.locator("pre", { hasText: "log_end" }).first().waitFor();
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) =>
    `${id}: ${nodes.map(node => node.html).join(" ")}`), []);
  assert.deepEqual(page.troubles, []);
});

test("the colours are the system's until others are chosen", async () => {
  const page = await open(service.url, { colorScheme: "dark" });
  const theme = () =>
    page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), "dark");
  await page.click("#theme");
  assert.equal(await theme(), "light");
  await page.reload();
  assert.equal(await theme(), "light");
});

for (const colorScheme of ["light", "dark"])
  for (const width of [360, 1440])
    test(`axe finds nothing in ${colorScheme} at ${width} px`, async () => {
      const page = await open(`${service.url}/#repo=octo/tool`,
        { colorScheme, viewport: { width, height: 800 },
          reducedMotion: "reduce" });
      await loaded(page);
      await shown(page, ".found canvas");
      await shown(page, ".events li");
      await page.locator("#rate summary").click();
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) =>
        `${id}: ${nodes.map(node => node.html).join(" ")}`), []);
      assert.equal(await page.evaluate(() =>
        document.documentElement.scrollWidth), width);
      assert.deepEqual(page.troubles, []);
    });

// The dashboard and the live tail beside a service that stops, is empty, is
// locked, or has a part that does not answer.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { browser, gone, open, shown, text } from "./browser.js";
import { event, Service, someEvents } from "./service.js";

before(browser.start);
afterEach(browser.clear);
after(browser.stop);

async function serving(options, run) {
  const service = await Service.start(options);
  try {
    await run(service);
  } finally {
    await service.close();
  }
}

test("it says since when the service is gone, and finds it again", async () => {
  await serving({}, async service => {
    await service.import(someEvents(20));
    const page = await open(service.url);
    await text(page, "#fact-kept", "20");
    await service.stop();
    await text(page, "#banner p", /has not answered since \d\d:\d\d:\d\d/);
    await text(page, "#health", "Not answering");
    await text(page, "#fact-kept", "20");
    await service.import([event("ForkEvent", "octo/meanwhile", 1)]);
    await service.begin();
    await gone(page, "#banner");
    await text(page, "#fact-kept", "21");
    await text(page, ".events li:first-child .repo", "octo/meanwhile");
    await text(page, "#health", "Up to date");
    assert.equal(await page.locator(".events li").count(), 21);
  });
});

test("an EventSource survives a restart, nothing lost or twice", async () => {
  await serving({}, async service => {
    await service.import(someEvents(50));
    const page = await open(service.url + "/docs");
    await page.evaluate(() => {
      globalThis.ids = [];
      globalThis.opened = 0;
      const source = new EventSource("/v1/events/stream?from=0");
      source.onopen = () => globalThis.opened++;
      source.onmessage = ({ lastEventId, data }) => {
        globalThis.ids.push([Number(lastEventId), JSON.parse(data).offset]);
      };
    });
    await page.waitForFunction(() => globalThis.ids.length === 50);
    await service.stop();
    await service.import(someEvents(30));
    await service.begin();
    await page.waitForFunction(() => globalThis.ids.length >= 80);
    await service.import(someEvents(5));
    await page.waitForFunction(() => globalThis.ids.length >= 85);
    const { ids, opened } = await page.evaluate(() =>
      ({ ids: globalThis.ids, opened: globalThis.opened }));
    assert.deepEqual(ids, Array.from({ length: 85 }, (_, i) => [i, i]));
    assert.equal(opened, 2);
  });
});

test("a part that does not answer takes nothing else with it", async () => {
  await serving({}, async service => {
    await service.import(someEvents(20));
    const page = await open(service.url);
    await text(page, "#fact-events", "20");
    const { actors } = await service.ask("/v1/actors");
    const { pid } = actors.find(actor => actor.name === "event_counts");
    process.kill(pid, "SIGSTOP");
    // What was asked before is still known.
    await page.selectOption("#step", "15");
    await text(page, "#rate .notice", /^Unavailable since .*event_counts/);
    await gone(page, "#banner");
    await gone(page, "#top .notice");
    try {
      process.kill(pid, "SIGCONT");
    } catch (error) { // it was given up in the meantime, and started again
      assert.equal(error.code, "ESRCH");
    }
    await gone(page, "#rate .notice");
  });
});

test("a locked service is opened with its token, for this tab", async () => {
  await serving({ token: "secret" }, async service => {
    await service.import(someEvents(20));
    const page = await open(service.url);
    await shown(page, "#token");
    await page.fill("#token-text", "guess");
    await page.keyboard.press("Enter");
    await text(page, "#token [role=alert]", "Invalid token");
    await page.fill("#token-text", "secret");
    await page.keyboard.press("Enter");
    await gone(page, "#token");
    await text(page, "#fact-kept", "20");
    await shown(page, ".events li");
    await page.reload();
    await text(page, "#fact-kept", "20");
    assert.equal(await page.evaluate(() =>
      JSON.stringify(localStorage).includes("secret")), false);
  });
});

test("an empty log teaches how to fill it", async () => {
  await serving({}, async service => {
    const page = await open(service.url);
    await text(page, "#rate .empty", /octolog import/);
    await text(page, "#live .empty", /octolog import/);
    await text(page, "#sources .empty", /--no-fetch/);
    assert.deepEqual(page.troubles, []);
    await service.import(someEvents(20));
    await text(page, "#fact-events", "20");
    await gone(page, "#rate .empty");
  });
});

test("a source shows its quota and how much of it is seen", async () => {
  await serving({ simulated: true }, async service => {
    const page = await open(service.url);
    await shown(page, ".sources .meter");
    await text(page, ".sources .meter .number", /^[\d,]+ of 5,000, resets at/);
    await page.locator(".sources .meter", { hasText: "Coverage" }).waitFor();
    await shown(page, ".events li");
    await page.waitForFunction(before =>
      document.querySelector(".events li").dataset.offset !== before,
    await page.locator(".events li").first().getAttribute("data-offset"));
    assert.deepEqual(page.troubles, []);
  });
});

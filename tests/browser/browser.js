// Debian's Chromium, and pages that remember what went wrong on them.

import { chromium } from "playwright-core";
import { PATIENCE_MS } from "./service.js";

export const browser = {
  start: async () => {
    browser.running = await chromium.launch({
      executablePath: process.env.OCTOLOG_CHROMIUM ?? "/usr/bin/chromium",
    });
  },
  // Closes every page: each takes one of the service's streams.
  clear: () => Promise.all(
    browser.running.contexts().map(context => context.close())),
  stop: () => browser.running.close(),
};

// Opens a page in a session of its own. page.troubles holds what a browser
// complains of: errors, refused content, exceptions.
export async function open(url, options = {}) {
  const context = await browser.running.newContext(
    { viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.troubles = [];
  page.on("console", message => {
    if (["error", "warning"].includes(message.type()))
      page.troubles.push(message.text());
  });
  page.on("pageerror", error => page.troubles.push(error.stack));
  page.on("dialog", dialog => {
    page.troubles.push("a dialog: " + dialog.message());
    dialog.dismiss();
  });
  await page.goto(url);
  return page;
}

// Waits until an element has a text: a string, or a pattern.
export async function text(page, selector, wanted) {
  await page.waitForFunction(([where, source, exact]) => {
    const found = document.querySelector(where)?.textContent ?? "";
    return exact ? found === source : new RegExp(source).test(found);
  }, [selector, wanted.source ?? wanted, !wanted.source]);
}

export const shown = (page, selector) =>
  page.locator(selector).first().waitFor({ state: "visible" });
export const gone = (page, selector) =>
  page.locator(selector).first().waitFor({ state: "hidden" });

// The repositories with the most events in the window.

import { ask } from "./client.js";
import { element, fillChoice, find, repository } from "./dom.js";
import { count, time, typeName } from "./format.js";
import { TYPES } from "./palette.js";
import { Panel } from "./panel.js";

const CHOICES = [["events", "all events"],
  ["pull_requests", "pull requests"],
  ...TYPES.filter(type => type !== "PullRequestEvent")
    .map(type => [type, typeName(type).toLowerCase()])];

// Numbers of rows that fit next to the look-up panel when it is empty or
// filled.
const SHORT = 10;
const LONG = 16;

export class TopPanel extends Panel {
  // window() gives {start, end}
  constructor(page, window) {
    super("top", () => this.#load(), answer => this.#show(answer));
    this.page = page;
    this.window = window;
    find("#by").onchange = event => page.change({ by: event.target.value });
  }

  #load() {
    const { start, end } = this.window();
    const { by, repo } = this.page.state;
    fillChoice(find("#by"), CHOICES, by);
    return ask("/v1/repos/top?" + new URLSearchParams(
      { by, start: time(start), end: time(end), limit: repo ? LONG : SHORT }));
  }

  #show({ repos }) {
    const list = find(".ranks", this.section);
    const key = JSON.stringify(repos);
    if (list.dataset.key === key)
      return;
    list.dataset.key = key;
    this.teach(repos.length ? "" : "No events in this window.");
    // Restore the focus if it was in this list.
    const focused = list.contains(document.activeElement) &&
      document.activeElement.dataset.repo;
    list.replaceChildren(...repos.map(repo => this.#row(repo, repos[0].count)));
    if (focused)
      find(`[data-repo="${CSS.escape(focused)}"]`, list)?.focus();
    this.#suggest(repos);
  }

  #row(repo, most) {
    const share = element("i", { class: "share", "aria-hidden": "true" });
    share.style.width = `${100 * repo.count / most}%`;
    return element("li", {},
      repo.repo_name ? repository(repo.repo_name)
        : element("span", { class: "note", text: `ID ${repo.repo_id}` }),
      element("span", { class: "number", text: count(repo.count) }), share);
  }

  // Suggestions for the input fields of the page.
  #suggest(repos) {
    find("#known").replaceChildren(...repos.filter(repo => repo.repo_name)
      .map(repo => element("option", { value: repo.repo_name })));
  }
}

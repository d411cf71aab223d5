// Elements. Text from outside becomes text nodes and attributes, never HTML.

// element("td", { class: "number", text: 5 }, ...children): `text` and `on`
// (listeners) are taken for themselves, everything else is an attribute; false
// and undefined leave it out, true gives it no value.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text")
      made.textContent = value;
    else if (key === "on")
      for (const [type, listener] of Object.entries(value))
        made.addEventListener(type, listener);
    else if (value !== false && value !== undefined && value !== null)
      made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export const find = (selector, within = document) =>
  within.querySelector(selector);

// Sets a text only where it differs: what is equal is not announced again.
export function say(target, text) {
  if (target.textContent !== text)
    target.textContent = text;
}

// Shows texts and elements in a place that is hidden without any.
export function teach(target, ...content) {
  const wanted = element("p", {}, ...content);
  target.hidden = wanted.textContent === "";
  if (!target.hidden && target.textContent !== wanted.textContent)
    target.replaceChildren(...wanted.childNodes);
}

// A name in a sentence, which it cannot turn around, whatever it is made of.
export const isolated = text => element("bdi", { text });

// The command that fills an empty log.
export const importing = () =>
  element("code", { text: "octolog import 2016-01-01-1.json.gz" });

// Fills a choice of [value, label] and keeps what is chosen.
export function fillChoice(select, rows, chosen) {
  const key = JSON.stringify(rows);
  if (select.dataset.rows !== key) {
    select.dataset.rows = key;
    select.replaceChildren(...rows.map(([value, label, disabled]) =>
      element("option", { value, text: label, disabled: Boolean(disabled) })));
  }
  select.value = chosen;
}

// A table in the <details> beside a chart, built when it is opened, and then
// kept current. `rows` is a function that gives the rows.
export function numbers(details, caption, heads, rows) {
  details.render = () => {
    if (!details.open)
      return;
    const table = element("table", {},
      element("caption", { class: "unseen", text: caption }),
      element("thead", {}, element("tr", {}, ...heads.map((text, i) =>
        element("th", { scope: "col", class: i > 0 && "number", text })))),
      element("tbody", {}, ...rows().map(([head, ...cells]) =>
        element("tr", {}, element("th", { scope: "row", text: head }),
          ...cells.map(text => element("td", { class: "number", text }))))));
    const box = element("div",
      { class: "wide", tabindex: 0, role: "region", "aria-label": caption },
      table);
    details.querySelector(".wide")?.remove();
    details.append(box);
  };
  details.ontoggle = () => details.render();
  details.render();
}

// The button that opens a repository's look-up.
export function repository(name) {
  return element("a", {
    class: "repo", href: "#" + new URLSearchParams({ repo: name }),
    "data-repo": name, text: name,
  });
}

// DOM elements. Untrusted text becomes text nodes and attributes, never HTML.

// element("td", { class: "number", text: 5 }, ...children): `text` sets the
// text and `on` the listeners; everything else is an attribute. false, null and
// undefined omit it, true sets it without a value.
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

// Sets a text only if it differs, so that screen readers do not repeat it.
export function say(target, text) {
  if (target.textContent !== text)
    target.textContent = text;
}

// Shows texts and elements in the target, and hides it if there are none.
export function teach(target, ...content) {
  const wanted = element("p", {}, ...content);
  target.hidden = wanted.textContent === "";
  if (!target.hidden && target.textContent !== wanted.textContent)
    target.replaceChildren(...wanted.childNodes);
}

// A name in a sentence, isolated so that it cannot change the text direction.
export const isolated = text => element("bdi", { text });

// The command that imports into an empty log.
export const importing = () =>
  element("code", { text: "octolog import 2016-01-01-1.json.gz" });

// Fills a select with rows of [value, label, disabled] and sets its value.
export function fillChoice(select, rows, chosen) {
  const key = JSON.stringify(rows);
  if (select.dataset.rows !== key) {
    select.dataset.rows = key;
    select.replaceChildren(...rows.map(([value, label, disabled]) =>
      element("option", { value, text: label, disabled: Boolean(disabled) })));
  }
  select.value = chosen;
}

// Shows a table in the <details> of a chart. It is built when it is opened and
// kept current. `rows` is a function that returns the rows.
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

// A link that opens a repository's look-up.
export function repository(name) {
  return element("a", {
    class: "repo", href: "#" + new URLSearchParams({ repo: name }),
    "data-repo": name, text: name,
  });
}

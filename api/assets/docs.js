// The page at /docs: shows /openapi.json and sends requests.

import { token } from "./client.js";
import { element, find, say } from "./dom.js";

// Text in backticks becomes code.
function prose(text) {
  return text.split("`").map((part, i) =>
    i % 2 ? element("code", { text: part }) : part);
}

function headers(form) {
  const sent = {};
  if (token.get())
    sent.Authorization = "Bearer " + token.get();
  const last = form?.elements["Last-Event-ID"]?.value;
  if (last)
    sent["Last-Event-ID"] = last;
  return sent;
}

// Describes the values of a parameter: "integer, 1 to 1000, default 100".
function rule({ required, schema }) {
  const { type, format, minimum, maximum } = schema;
  return [
    required ? "required" : "",
    format === "date-time" ? "time, RFC 3339"
      : type === "array" ? "one or more" : type,
    minimum === undefined ? ""
      : maximum === undefined ? `${minimum} or more`
        : `${minimum} to ${maximum}`,
    schema.default === undefined ? "" : `default ${schema.default}`,
  ].filter(Boolean).join(", ");
}

// A field of the form; its value goes into the path, the query or a header.
function field(parameter) {
  const example = [].concat(parameter.example ?? []).join(",");
  return element("label", { class: "field" },
    element("span", {}, element("code", { text: parameter.name })),
    element("input", { name: parameter.name, required: parameter.required,
      placeholder: example, autocomplete: "off", spellcheck: "false",
      value: parameter.in === "path" ? example : "" }),
    element("small", {}, rule(parameter),
      ...parameter.description ? [": ", ...prose(parameter.description)] : []));
}

function target(path, parameters, form) {
  const query = new URLSearchParams();
  for (const parameter of parameters) {
    const value = form.elements[parameter.name].value;
    if (parameter.in === "path")
      path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === "query" && value)
      query.append(parameter.name, value);
  }
  const text = query.toString();
  return text ? path + "?" + text : path;
}

// The request as a shell command, without the token itself.
function command(url, form, live) {
  const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
  const last = headers(form)["Last-Event-ID"];
  return [live ? "curl -N" : "curl",
    ...last ? ["-H", quoted("Last-Event-ID: " + last)] : [],
    ...token.get() ? ["-H \"Authorization: Bearer $OCTOLOG_HTTP_TOKEN\""] : [],
    quoted(location.origin + url)].join(" ");
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// Shows a stream until the next request from the same form.
async function follow(response, output, signal) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  signal.addEventListener("abort", () => reader.cancel());
  for (let next; !(next = await reader.read()).done;)
    output.textContent = (output.textContent + next.value).slice(-20000);
}

const level = status => status < 400 ? "good" : status < 500 ? "warn" : "bad";

const badge = status => element("span",
  { class: "badge", "data-level": level(Number(status)), text: status });

async function send(url, form, answer) {
  const [line, output] = answer.children;
  form.running?.abort();
  form.running = new AbortController();
  const { signal } = form.running;
  answer.hidden = false;
  line.replaceChildren("…");
  output.textContent = "";
  try {
    const begun = performance.now();
    const response = await fetch(url, { headers: headers(form), signal });
    line.replaceChildren(badge(String(response.status)),
      ` ${response.statusText}, ${Math.round(performance.now() - begun)} ms`);
    if (response.headers.get("Content-Type")?.startsWith("text/event-stream"))
      await follow(response, output, signal);
    else
      output.textContent = pretty(await response.text());
  } catch (error) {
    if (!signal.aborted)
      line.replaceChildren(element("span", { class: "bad" }, error.message));
  }
}

function trial(path, { parameters = [], responses }) {
  const live = "text/event-stream" in (responses["200"].content ?? {});
  const shell = element("code");
  const form = element("form", {}, ...parameters.map(field),
    element("p", { class: "ask" }, element("button", { text: "Send" }), shell));
  const answer = element("div", { hidden: true, "aria-live": "polite" },
    element("p"), element("pre", { tabindex: 0 }));
  const show = () =>
    say(shell, command(target(path, parameters, form), form, live));
  form.addEventListener("input", show);
  addEventListener("tokenchange", show);
  form.addEventListener("submit", event => {
    event.preventDefault();
    send(target(path, parameters, form), form, answer);
  });
  show();
  return [form, answer];
}

function answers({ responses }) {
  const rows = Object.entries(responses).map(([status, { description }]) =>
    element("tr", {}, element("td", {}, status === "default"
      ? element("span", { class: "badge", text: "other" }) : badge(status)),
    element("td", {}, ...prose(description))));
  const example = responses["200"].content?.["application/json"]?.example;
  return [element("div", {}, element("h4", { text: "Responses" }),
    element("table", {}, element("tbody", {}, ...rows))),
  ...example ? [element("div", {}, element("h4", { text: "Example" }),
    element("pre", { tabindex: 0, text: JSON.stringify(example, null, 2) }))]
    : []];
}

function section(path, operation) {
  const made = element("details",
    { class: "operation card", id: operation.operationId },
    element("summary", {}, element("span", { class: "path", text: path }),
      element("span", { class: "summary", text: operation.summary })));
  // Built when it is first opened.
  made.ontoggle = () => {
    if (made.open && made.children.length === 1)
      made.append(element("div", {},
        ...trial(path, operation), ...answers(operation)));
  };
  return made;
}

// Opens the operation in the address's fragment.
function openNamed() {
  const named = document.getElementById(location.hash.slice(1));
  if (named?.matches("details")) {
    named.open = true;
    named.scrollIntoView();
  }
}

function group(title, rows) {
  return [element("h3", { text: title }),
    ...rows.map(([path, item]) => section(path, item.get))];
}

async function load() {
  const about = find("#about");
  try {
    const response = await fetch("/openapi.json", { headers: headers() });
    if (!response.ok) {
      say(about, `/openapi.json: ${response.status}. A token may be required.`);
      return;
    }
    const { info, paths } = await response.json();
    say(find("#version"), info.version);
    about.replaceChildren(...prose(info.description));
    const rows = Object.entries(paths);
    const data = rows.filter(([path]) => path.startsWith("/v1/"));
    find("#operations").replaceChildren(...group("Data", data),
      ...group("Service", rows.filter(row => !data.includes(row))));
    openNamed();
  } catch (error) {
    say(about, `/openapi.json: ${error.message}. Reload this page.`);
  }
}

const input = find("#token");
input.value = token.get() ?? "";
input.onchange = () => {
  token.set(input.value);
  dispatchEvent(new Event("tokenchange"));
  load();
};
addEventListener("hashchange", openNamed);
load();

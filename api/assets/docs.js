// The page at /docs: renders /openapi.json, and sends what is filled in.
"use strict";

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text)
    made.textContent = text;
  made.append(...children);
  return made;
}

function headers() {
  const token = document.getElementById("token").value;
  return token ? { Authorization: "Bearer " + token } : {};
}

// A field of the form; its value goes into the path, the query or a header.
function field(parameter) {
  const input = element("input");
  input.name = parameter.name;
  input.required = parameter.required;
  const example = [].concat(parameter.example ?? []).join(",");
  input.placeholder = example;
  if (parameter.in === "path")
    input.value = example;
  const name = element("span", "");
  name.append(element("code", parameter.name),
    parameter.required ? " (required)" : "");
  return element("label", "", name,
    element("small", parameter.description), input);
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

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// Reads a stream until the next request of the same form.
async function follow(response, output, signal) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  signal.addEventListener("abort", () => reader.cancel());
  for (let next; !(next = await reader.read()).done;)
    output.textContent = (output.textContent + next.value).slice(-20000);
}

async function send(path, operation, form, output) {
  const url = target(path, operation.parameters ?? [], form);
  form.running?.abort();
  form.running = new AbortController();
  const signal = form.running.signal;
  output.hidden = false;
  output.textContent = `GET ${url}\n\n`;
  try {
    const sent = headers();
    const last = form.elements["Last-Event-ID"]?.value;
    if (last)
      sent["Last-Event-ID"] = last;
    const response = await fetch(url, { headers: sent, signal });
    output.textContent += `${response.status} ${response.statusText}\n\n`;
    if (response.headers.get("Content-Type")?.startsWith("text/event-stream"))
      await follow(response, output, signal);
    else
      output.textContent += pretty(await response.text());
  } catch (error) {
    if (!signal.aborted)
      output.textContent += error.message;
  }
}

function answers(operation) {
  const table = element("table");
  for (const [status, response] of Object.entries(operation.responses))
    table.append(element("tr", "", element("td", status),
      element("td", response.description)));
  const good = operation.responses["200"].content ?? {};
  const example = good["application/json"]?.example;
  const shown = element("div", "", element("p", "Answers:"), table);
  if (example)
    shown.append(element("p", "Example:"),
      element("pre", JSON.stringify(example, null, 2)));
  return shown;
}

function section(path, operation) {
  const summary = element("summary");
  const name = element("span", path);
  name.className = "path";
  summary.append(name, " – " + operation.summary);
  const form = element("form", "", ...(operation.parameters ?? []).map(field),
    element("button", "Send"));
  const output = element("pre");
  output.hidden = true;
  output.setAttribute("aria-live", "polite");
  form.addEventListener("submit", event => {
    event.preventDefault();
    send(path, operation, form, output);
  });
  return element("details", "", summary, form, output, answers(operation));
}

async function load() {
  const about = document.getElementById("about");
  const response = await fetch("/openapi.json", { headers: headers() });
  if (!response.ok) {
    about.textContent = `/openapi.json: ${response.status}; is a token wanted?`;
    return;
  }
  const api = await response.json();
  about.textContent = `${api.info.version}. ${api.info.description}`;
  document.getElementById("operations").replaceChildren(
    ...Object.entries(api.paths).map(([path, item]) =>
      section(path, item.get)));
}

document.getElementById("token").addEventListener("change", load);
load();

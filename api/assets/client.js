// Questions to the service, and its clock.

const TOKEN = "octolog-token";

// How long an answer may take: longer than the service lets its parts take.
const PATIENCE_MS = 10000;

// The service said no; status and its own words.
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

// It did not answer at all.
export class Unreachable extends Error {}

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: text => sessionStorage.setItem(TOKEN, text),
};

// The service's time, for this machine's clock may be wrong.
let ahead_ms = 0;
export const now = () => (Date.now() + ahead_ms) / 1000;

function keepTime(response) {
  const date = Date.parse(response.headers.get("Date"));
  // The header has whole seconds: less of a difference is none.
  if (date && Math.abs(date + 500 - Date.now() - ahead_ms) > 1500)
    ahead_ms = date + 500 - Date.now();
}

async function words(response) {
  try {
    const { detail } = await response.json();
    return typeof detail === "string" ? detail : detail[0].msg;
  } catch {
    return response.statusText || `status ${response.status}`;
  }
}

// The response to a GET; Refusal or Unreachable when it is not a good one.
export async function request(path, { headers = {}, signal } = {}) {
  const given = token.get();
  let response;
  if (given)
    headers.Authorization = "Bearer " + given;
  try {
    response = await fetch(path, { headers, signal });
  } catch (error) {
    throw signal?.reason?.name === "AbortError" ? error
      : new Unreachable(error.message);
  }
  keepTime(response);
  if (!response.ok)
    throw new Refusal(response.status, await words(response));
  return response;
}

// The answer as JSON.
export async function ask(path) {
  const response =
    await request(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
  try {
    return await response.json();
  } catch (error) { // it ended in between
    throw new Unreachable(error.message);
  }
}

export function repositoryPath(name) {
  return name.split("/").map(encodeURIComponent).join("/");
}

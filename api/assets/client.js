// Requests to the service, and its clock.

const TOKEN = "octolog-token";

// Time limit for an answer; longer than the service's own limit for its parts.
const PATIENCE_MS = 10000;

// The service answered with an error: status and detail.
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

// The service did not answer.
export class Unreachable extends Error {}

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: text => sessionStorage.setItem(TOKEN, text),
};

// The service's time, because the clock of this machine may be wrong.
let ahead_ms = 0;
export const now = () => (Date.now() + ahead_ms) / 1000;

function keepTime(response) {
  const date = Date.parse(response.headers.get("Date"));
  // The header has whole seconds, so smaller differences are ignored.
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

// Sends a GET and returns the response. Throws Refusal for an error status and
// Unreachable if there is no response.
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
  } catch (error) { // the connection broke
    throw new Unreachable(error.message);
  }
}

export function repositoryPath(name) {
  return name.split("/").map(encodeURIComponent).join("/");
}

// What is shown, as the URL's fragment has it, so that it can be shared. Pure.

const FIELDS = {
  window: "", // a name of windows.js; "": chosen by what the log holds
  start: "", end: "", // of the window "custom", RFC 3339
  step: "auto", // or seconds
  style: "stacked", // or lines, or log: lines over a logarithmic scale
  hide: "", // types that are not drawn, commas between
  by: "events", // what the top repositories are ordered by
  repo: "", // whose pull requests are looked up
  action: "opened",
  type: "", // filters of the live stream
  from: "", // a repository
};

// What is unknown is left out, so that an old link still opens.
export function readState(fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const state = {};
  for (const [key, otherwise] of Object.entries(FIELDS))
    state[key] = given.get(key) ?? otherwise;
  return state;
}

export function writeState(state) {
  const given = new URLSearchParams();
  for (const [key, otherwise] of Object.entries(FIELDS))
    if (state[key] !== otherwise)
      given.set(key, state[key]);
  const text = String(given);
  return text && "#" + text;
}

export const hidden = state => state.hide ? state.hide.split(",") : [];

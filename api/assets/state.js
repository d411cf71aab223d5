// The state of the page, kept in the URL's fragment so that links can be
// shared. Pure.

const FIELDS = {
  window: "", // a name in windows.js; "": chosen from the bounds of the log
  start: "", end: "", // of the window "custom", RFC 3339
  step: "auto", // or seconds
  style: "stacked", // or lines, or log: lines on a logarithmic scale
  hide: "", // hidden types, separated by commas
  by: "events", // what the top repositories are ranked by
  repo: "", // the repository that is looked up
  action: "opened",
  type: "", // filters of the live stream
  from: "", // a repository
};

// Unknown fields are ignored, so that old links still work.
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

// Time windows and their steps. Pure; times are Unix seconds.

export const WINDOWS = {
  "15m": ["Last 15 minutes", 900],
  "1h": ["Last hour", 3600],
  "6h": ["Last 6 hours", 21600],
  "24h": ["Last 24 hours", 86400],
  "7d": ["Last 7 days", 604800],
  "30d": ["Last 30 days", 2592000],
  all: ["Whole log", 0],
  custom: ["Custom", 0],
};

// [seconds, label, unit]
export const STEPS = [
  [1, "1 second", "second"], [5, "5 seconds"], [15, "15 seconds"],
  [60, "1 minute", "minute"], [300, "5 minutes"], [900, "15 minutes"],
  [3600, "1 hour", "hour"], [21600, "6 hours"], [86400, "1 day", "day"],
  [604800, "7 days", "week"], [2592000, "30 days"],
];

// Most points that the service returns, and most that look good.
const POINTS_MAX = 1500;
const POINTS_GOOD = 150;

export const fits = (step, length) => length / step <= POINTS_MAX - 1;

function autoStep(length) {
  const row = STEPS.find(([step]) => length / step <= POINTS_GOOD);
  return (row ?? STEPS[STEPS.length - 1])[0];
}

// The initial window: the last hour, or the whole log if its newest event is
// older, such as after importing archives.
export function defaultWindow(log, now) {
  return log.newest && now - log.newest > 3600 ? "all" : "1h";
}

// {name, start, end} before rounding to multiples of the step.
function bounds(state, log, now) {
  const name = WINDOWS[state.window] ? state.window : defaultWindow(log, now);
  if (name === "custom") {
    const start = Date.parse(state.start) / 1000;
    const end = Date.parse(state.end) / 1000;
    if (start < end)
      return { name, start, end };
  }
  if ((name === "all" || name === "custom") && log.oldest)
    return { name: "all", start: log.oldest, end: log.newest + 1 };
  const length = WINDOWS[name][1] || 3600;
  return { name, start: now - length, end: now };
}

// The window to request: {name, start, end, step, length}. Both ends are
// multiples of the step on a clock that is ahead(moment) seconds ahead of UTC.
// So points stay in place, days begin at midnight, and the request stays the
// same until the next step begins.
export function frame(state, log, now, ahead = () => 0) {
  const { name, start, end } = bounds(state, log, now);
  const shift = ahead(end);
  const length = end - start;
  let step = Number(state.step);
  if (!STEPS.some(([known]) => known === step) || !fits(step, length))
    step = autoStep(length);
  const last = Math.ceil((end + shift) / step) * step - shift;
  const first = name === "custom" || name === "all"
    ? Math.floor((start + shift) / step) * step - shift
    : last - Math.ceil(length / step) * step;
  return { name, start: Math.max(0, first), end: last, step, length };
}

export function stepName(step) {
  const row = STEPS.find(([known]) => known === step);
  return row[2] ?? row[1];
}

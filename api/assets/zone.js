// The zone that times are shown in: the reader's own, or UTC, which is what
// the service speaks. What is chosen is kept, and is no part of an address:
// that one is read elsewhere, too. Moments are seconds of Unix.

const KEY = "octolog-zone";

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off
  }
}

let utc = kept() === "UTC";

export const isUtc = () => utc;

export function showUtc(wanted) {
  utc = wanted;
  try {
    localStorage.setItem(KEY, utc ? "UTC" : "own");
  } catch {
    // then it lasts as long as the page
  }
}

// Seconds that clocks are ahead of UTC at a moment.
export const ahead = at =>
  utc ? 0 : -60 * new Date(at * 1000).getTimezoneOffset();

// "UTC", "UTC−5", "UTC+5:30": what the zone is called at a moment.
export function zoneName(at) {
  const minutes = Math.round(ahead(at) / 60);
  const [whole, rest] =
    [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return minutes === 0 ? "UTC" : `UTC${minutes < 0 ? "−" : "+"}${whole}` +
    (rest > 0 ? `:${String(rest).padStart(2, "0")}` : "");
}

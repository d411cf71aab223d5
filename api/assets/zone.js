// The time zone for display: the reader's own, or UTC, which the service uses.
// The choice is kept in the browser but not in the address, because links are
// shared with readers in other zones. Moments are Unix seconds.

const KEY = "octolog-zone";

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is disabled
  }
}

let utc = kept() === "UTC";

export const isUtc = () => utc;

export function showUtc(wanted) {
  utc = wanted;
  try {
    localStorage.setItem(KEY, utc ? "UTC" : "own");
  } catch {
    // the choice lasts until the page is closed
  }
}

// Seconds by which the zone is ahead of UTC at a moment.
export const ahead = at =>
  utc ? 0 : -60 * new Date(at * 1000).getTimezoneOffset();

// The name of the zone at a moment: "UTC", "UTC−5", "UTC+5:30".
export function zoneName(at) {
  const minutes = Math.round(ahead(at) / 60);
  const [whole, rest] =
    [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return minutes === 0 ? "UTC" : `UTC${minutes < 0 ? "−" : "+"}${whole}` +
    (rest > 0 ? `:${String(rest).padStart(2, "0")}` : "");
}

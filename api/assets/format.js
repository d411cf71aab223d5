// Formats numbers, times and names for people. Times are Unix seconds.

import { ahead, isUtc } from "./zone.js";

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-GB",
  { notation: "compact", maximumFractionDigits: 1 });

export const count = value => whole.format(value);
export const compact = value => short.format(value);

export function plural(value, one, many = one + "s") {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function percent(share) {
  if (share > 0 && share < 0.001)
    return "<0.1 %";
  return (share * 100).toFixed(share < 0.1 ? 1 : 0) + " %";
}

export function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let i = 0;
  for (; value >= 1024 && i < units.length - 1; i++)
    value /= 1024;
  return `${value.toFixed(i === 0 || value >= 100 ? 0 : 1)} ${units[i]}`;
}

// "12/min", "3.3/s": in the largest unit that keeps the number at 1 or more.
export function rate(perSecond) {
  const [value, unit] = perSecond >= 1 || perSecond === 0 ? [perSecond, "s"]
    : perSecond * 60 >= 1 ? [perSecond * 60, "min"]
      : [perSecond * 3600, "h"];
  const number = value >= 100 ? count(value) : Number(value.toPrecision(2));
  return `${number}/${unit}`;
}

const UNITS =
  [[31536000, "y"], [86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

// "2 h 5 min": the two largest units; "0.4 s" below one.
export function duration(seconds) {
  if (seconds < 1)
    return seconds > 0 ? seconds.toFixed(1) + " s" : "0 s";
  const unit = length => UNITS.findIndex(([size]) => length >= size);
  const fine = UNITS[unit(Math.round(seconds)) + 1]?.[0] ?? 1;
  const length = Math.round(seconds / fine) * fine;
  const at = unit(length); // rounding can lead to the next larger unit
  const [size, name] = UNITS[at];
  const large = Math.floor(length / size);
  const [size2, name2] = UNITS[at + 1] ?? [1, ""];
  const rest = Math.round((length - large * size) / size2);
  return `${large} ${name}` + (rest > 0 ? ` ${rest} ${name2}` : "");
}

// RFC 3339 in UTC, as the service reads and writes it, in whole seconds.
export const seconds = text => Date.parse(text) / 1000;
export const time = at =>
  new Date(at * 1000).toISOString().slice(0, 19) + "Z";

// Local time of the reader, or UTC, in the format of a datetime-local field:
// "2026-01-31T12:00:00". And back.
export const wallTime = at => time(at + ahead(at)).slice(0, 19);
export const fromWallTime = text => seconds(isUtc() ? text + "Z" : text);

export const instant = at => wallTime(at).replace("T", " ");
export const clockTime = at => wallTime(at).slice(11);

// Intl formats in UTC, because `ahead` has already shifted the time.
const dateFormat = options => {
  const format = new Intl.DateTimeFormat("en-GB",
    { timeZone: "UTC", ...options });
  return at => format.format((at + ahead(at)) * 1000);
};
export const day = dateFormat({ day: "numeric", month: "short" });
export const month = dateFormat({ month: "short", year: "numeric" });

// Date and time, without the date if it is today.
export function moment(at, now) {
  const [text, today] = [instant(at), instant(now)];
  return text.slice(0, 10) === today.slice(0, 10) ? text.slice(11) : text;
}

// The time if it is today; otherwise day and time without seconds.
export function brief(at, now) {
  return day(at) === day(now) && Math.abs(now - at) < 86400
    ? clockTime(at) : `${day(at)} ${clockTime(at).slice(0, 5)}`;
}

// "3 s ago"; "in 3 s".
export function ago(at, now) {
  const past = now - at;
  if (Math.abs(past) < 1)
    return "now";
  const [size, name] = UNITS.find(([unit]) => Math.abs(past) >= unit);
  return past > 0 ? `${Math.floor(past / size)} ${name} ago`
    : `in ${Math.ceil(-past / size)} ${name}`;
}

// "PullRequestReviewEvent": "Pull request review".
export function typeName(type) {
  const words = type.replace(/Event$/, "").replace(/([a-z])([A-Z])/g, "$1 $2");
  return words.charAt(0) + words.slice(1).toLowerCase();
}

// Event types in stacking order. Their colours are in dashboard.css: one hue
// for each family, with a dark and a light shade, so that neighbours also
// differ in lightness for readers who cannot tell the hues apart. All other
// types share one grey, because more colours would be hard to distinguish.

export const COLOURED = [
  "PushEvent", "CreateEvent", "PullRequestEvent", "PullRequestReviewEvent",
  "IssuesEvent", "IssueCommentEvent", "WatchEvent", "ForkEvent",
];
export const OTHER = "other";

export const TYPES = [
  "CommitCommentEvent", "CreateEvent", "DeleteEvent", "DiscussionEvent",
  "ForkEvent", "GollumEvent", "IssueCommentEvent", "IssuesEvent", "MemberEvent",
  "PublicEvent", "PullRequestEvent", "PullRequestReviewCommentEvent",
  "PullRequestReviewEvent", "PushEvent", "ReleaseEvent", "WatchEvent",
];

export const slot = type => COLOURED.includes(type) ? type : OTHER;

// The current value of a colour in the style sheet.
export function colour(name) {
  return getComputedStyle(document.documentElement)
    .getPropertyValue("--" + name).trim();
}

// Types of events in the order in which they are stacked, and their colours in
// dashboard.css: a hue a family, dark and light within it, so that neighbours
// differ in lightness as well, for eyes that do not tell the hues apart. What
// has no colour of its own is drawn as one grey: more of them nobody tells
// apart.

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

// A colour of the style sheet as it is now.
export function colour(name) {
  return getComputedStyle(document.documentElement)
    .getPropertyValue("--" + name).trim();
}

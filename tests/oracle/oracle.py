#!/usr/bin/env python3
"""oracle - what octolog must answer, computed slowly and obviously.

Reads the raw files themselves (.json, .ndjson, either of them gzipped: one
object a line, objects with nothing between them, arrays of objects) and shares
no code with octolog. Only the standard library.

    oracle.py counts [--start TIME] [--end TIME] FILE...
        {"events", "duplicates", "rejects", "types": {type: n}}; types are
        those of events with created_at in [start, end)
    oracle.py pr [--start TIME] [--end TIME] [--action A] [--repo NAME] FILE...
        {name in lower case: the answer to /v1/avg_pr_interval/NAME, without
        updated_at and as_of}, or the answer for that one name; null: unknown
    oracle.py repos [--start TIME] [--end TIME] FILE...
        {"repos": {name in lower case: {"events", "types", "first_event_ts",
        "last_event_ts"}}, "orgs": the same by login, "top": the counts of all
        repositories in the window, the highest first}
    oracle.py keys FILE...
        {"keys": [[id, seconds], ...], "without_id": n}; sorted, each once

--keep FILE: reads the events from there, if an earlier run on the same files
has kept them; else keeps them there.

An event needs a type and a created_at, all else is a reject. Two events are
the same when id and created_at agree or, without a numeric id, when their
texts do; the first one counts. "closed" with pull_request.merged is "merged".
A repository is known by its id, else by its name in lower case; a name leads
to the repository whose PullRequestEvents used it last or, among `repos`, to the
one that began to use it last.
"""

import argparse
import gzip
import json
import os
import pickle
import re
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone

ID_MAX = 2**64 - 1
TIME_MAX = 2**32 - 1
BETWEEN = re.compile(r"[\s\0,\[\]\ufeff]*")
TIME = re.compile(
    r"(\d{4})([-/])(\d\d)\2(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?"
    r" ?([Zz]|[-+]\d\d:?\d\d)"
)


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


DECODER = json.JSONDecoder(parse_constant=refuse_constant)


def read_text(path):
    """The text of a file; bytes that are not UTF-8 survive the round trip."""
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rb") as file:
        return file.read().decode("utf-8", "surrogateescape")


def objects(text):
    """Yields (raw, object), or (raw, None) for a line from its damage on."""
    at = BETWEEN.match(text, 0).end()
    while at < len(text):
        try:
            found, end = DECODER.raw_decode(text, at)
            if not isinstance(found, dict):
                raise ValueError("not an object")
        except ValueError:
            found = None
            newline = text.find("\n", at)
            end = len(text) if newline < 0 else newline
        yield text[at:end], found
        at = BETWEEN.match(text, end).end()


def parse_time(text):
    """Seconds since 1970, or None."""
    match = TIME.fullmatch(text) if isinstance(text, str) else None
    if not match:
        return None
    year, _, month, day, hour, minute, second, zone = match.groups()
    try:
        local = datetime(*map(int, (year, month, day, hour, minute, second)),
                         tzinfo=timezone.utc)
    except ValueError:
        return None
    if zone not in "Zz":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        local += offset if zone[0] == "-" else -offset
    seconds = int(local.timestamp())
    return seconds if 0 <= seconds <= TIME_MAX else None


def format_time(seconds):
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value):
    """An id, sent as a number or as digits; 0 for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value <= ID_MAX else 0
    return 0


def member(value, name):
    return value.get(name) if isinstance(value, dict) else None


def name_of(value):
    return value if isinstance(value, str) else ""


def repository(event):
    """(id, name) of today's `repo` or of the `repository` before 2015."""
    repo = event.get("repo")
    if isinstance(repo, dict):
        name = name_of(repo.get("name"))
        key = number(repo.get("id"))
        return key, "" if key == 0 and name == "/" else name
    repo = event.get("repository")
    name = name_of(member(repo, "full_name"))
    owner = member(repo, "owner")
    if isinstance(owner, dict):
        owner = owner.get("login") or owner.get("name")
    if not name and name_of(owner) and name_of(member(repo, "name")):
        name = f"{owner}/{repo['name']}"
    return number(member(repo, "id")), name


def organisation(event):
    """(id, login) of `org`."""
    org = event.get("org")
    return number(member(org, "id")), name_of(member(org, "login"))


def action_of(event):
    payload = event.get("payload")
    action = name_of(member(payload, "action"))
    merged = member(member(payload, "pull_request"), "merged") is True
    is_merge = event["type"] == "PullRequestEvent" and action == "closed"
    return "merged" if is_merge and merged else action


class Events:
    """The distinct events of some files, in the order they stand there."""

    def __init__(self, paths):
        # (type, seconds, repo id, repo name, action, org id, org login)
        self.rows = []
        self.keys = set()
        self.duplicates = 0
        self.rejects = 0
        for path in paths:
            for raw, event in objects(read_text(path)):
                self.add(raw, event)

    def add(self, raw, event):
        seconds = parse_time(member(event, "created_at"))
        if seconds is None or not name_of(event.get("type")):
            self.rejects += 1
            return
        key = number(event.get("id"))
        key = (key, seconds) if key else raw
        if key in self.keys:
            self.duplicates += 1
            return
        self.keys.add(key)
        self.rows.append((event["type"], seconds, *repository(event),
                          action_of(event), *organisation(event)))


def read_events(paths, kept):
    """The events of the files, or what an earlier run with them has kept."""
    if kept and os.path.exists(kept):
        with open(kept, "rb") as file:
            return pickle.load(file)
    events = Events(paths)
    if kept:
        with open(kept, "wb") as file:
            pickle.dump(events, file)
    return events


def quantile(ordered, share):
    """Linear between the closest ranks."""
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def statistics(times):
    """Of the intervals between the sorted times; null for fewer than two."""
    times = sorted(times)
    gaps = sorted(b - a for a, b in zip(times, times[1:]))
    return {
        "pr_count": len(times),
        "avg_interval_seconds": sum(gaps) / len(gaps) if gaps else None,
        "median_interval_seconds": quantile(gaps, 0.5) if gaps else None,
        "p90_interval_seconds": quantile(gaps, 0.9) if gaps else None,
        "first_ts": format_time(times[0]) if times else None,
        "last_ts": format_time(times[-1]) if times else None,
    }


def answer(name, history, window, action):
    """history: (seconds, action) of one repository."""
    inside = [(at, what) for at, what in history if window[0] <= at < window[1]]
    top = statistics(at for at, what in inside if action in (None, what))
    actions = sorted({what for _, what in inside if what})
    return {
        "repo_name": name,
        "pr_count": top["pr_count"],
        "avg_interval_seconds": top["avg_interval_seconds"],
        "first_pull_request_ts": top["first_ts"],
        "last_pull_request_ts": top["last_ts"],
        "by_action": {
            what: statistics(at for at, other in inside if other == what)
            for what in actions
        },
    }


def pull_requests(events, window, action):
    histories = {}  # repository -> [(seconds, action)]
    users = {}  # name in lower case -> (seconds, position, repository)
    spelled = {}  # repository -> (seconds, position, name)
    for position, row in enumerate(events.rows):
        kind, seconds, repo_id, name, what = row[:5]
        repo = repo_id or name.lower()
        if kind != "PullRequestEvent" or not repo:
            continue
        histories.setdefault(repo, []).append((seconds, what))
        if not name:
            continue
        lower = name.lower()
        users[lower] = max(users.get(lower, (-1, -1)),
                           (seconds, position, repo))
        spelled[repo] = max(spelled.get(repo, (-1, -1)),
                            (seconds, position, name))
    return {
        lower: answer(spelled[repo][2], histories[repo], window, action)
        for lower, (_, _, repo) in sorted(users.items())
    }


class Subjects:
    """Repositories, or organisations, by id or else by name."""

    def __init__(self):
        self.events = {}  # subject -> [(seconds, type)]
        self.began = {}  # (subject, name) -> when it began to be called so

    def add(self, key, name, seconds, kind):
        subject = key or name.lower()
        if not subject:
            return
        self.events.setdefault(subject, []).append((seconds, kind))
        if name:
            known = self.began.get((subject, name), seconds)
            self.began[subject, name] = min(known, seconds)

    def bearers(self):
        """{name in lower case: the subject that began to bear it last}; a name
        that two began to bear in the same second is left out."""
        latest = {}
        for (subject, name), since in self.began.items():
            best = latest.setdefault(name.lower(), (-1, set()))
            if since > best[0]:
                latest[name.lower()] = (since, {subject})
            elif since == best[0]:
                best[1].add(subject)
        return {name: next(iter(who)) for name, (_, who) in latest.items()
                if len(who) == 1}

    def inside(self, window):
        return {subject: [event for event in events
                          if window[0] <= event[0] < window[1]]
                for subject, events in self.events.items()}


def summary(events):
    times = sorted(at for at, _ in events)
    return {
        "events": len(events),
        "types": dict(Counter(kind for _, kind in events)),
        "first_event_ts": format_time(times[0]) if times else None,
        "last_event_ts": format_time(times[-1]) if times else None,
    }


def activity(events, window):
    repos, orgs = Subjects(), Subjects()
    for kind, seconds, repo_id, name, _, org_id, login in events.rows:
        full = re.fullmatch("[^/]+/.+", name, re.DOTALL)
        repos.add(repo_id, name if full else "", seconds, kind)
        orgs.add(org_id, login, seconds, kind)
    inside = repos.inside(window), orgs.inside(window)
    return {
        "repos": {name: summary(inside[0][subject])
                  for name, subject in sorted(repos.bearers().items())},
        "orgs": {name: summary(inside[1][subject])
                 for name, subject in sorted(orgs.bearers().items())},
        "top": sorted((len(found) for found in inside[0].values() if found),
                      reverse=True),
    }


def time_argument(text):
    seconds = parse_time(text)
    if seconds is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time")
    return seconds


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("counts", "pr", "repos", "keys"))
    parser.add_argument("--start", type=time_argument, default=0)
    parser.add_argument("--end", type=time_argument, default=TIME_MAX + 1)
    parser.add_argument("--action")
    parser.add_argument("--repo")
    parser.add_argument("--keep", metavar="PICKLE")
    parser.add_argument("files", nargs="+", metavar="FILE")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    try:
        events = read_events(arguments.files, arguments.keep)
    except (OSError, EOFError) as error:
        sys.exit(f"oracle.py: {error}")
    window = (arguments.start, arguments.end)
    if arguments.what == "counts":
        types = Counter(row[0] for row in events.rows
                        if window[0] <= row[1] < window[1])
        result = {
            "events": len(events.rows),
            "duplicates": events.duplicates,
            "rejects": events.rejects,
            "types": dict(sorted(types.items())),
        }
    elif arguments.what == "pr":
        result = pull_requests(events, window, arguments.action)
        if arguments.repo:
            result = result.get(arguments.repo.lower())
    elif arguments.what == "repos":
        result = activity(events, window)
    else:
        keys = sorted(key for key in events.keys if isinstance(key, tuple))
        result = {"keys": keys, "without_id": len(events.keys) - len(keys)}
    json.dump(result, sys.stdout, indent=1, ensure_ascii=True)
    print()


if __name__ == "__main__":
    main()

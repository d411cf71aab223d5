// The pure parts of the dashboard: windows, fragments, formats, parsing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Blocks } from "../../api/assets/event_stream.js";
import * as format from "../../api/assets/format.js";
import { hidden, readState, writeState } from "../../api/assets/state.js";
import { fits, frame, STEPS, WINDOWS } from "../../api/assets/windows.js";
import { ahead, showUtc, zoneName } from "../../api/assets/zone.js";

process.env.TZ = "America/New_York"; // where a reader is

const NOW = Date.parse("2026-11-22T14:44:58Z") / 1000;
const DAY_LOG = { oldest: NOW - 86400, newest: NOW - 3 };
const state = fields => ({ ...readState(""), ...fields });

test("a window is whole steps, as few points as a series may have", () => {
  const logs = [{}, DAY_LOG, { oldest: 1, newest: NOW },
    { oldest: 5, newest: 5 }];
  for (const log of logs)
    for (const window of ["", ...Object.keys(WINDOWS)])
      for (const step of ["auto", "1", "3600", "7", ...STEPS.map(String)]) {
        const got = frame(state({ window, step, start: "2026-01-01T00:00:07Z",
          end: "2026-02-01T00:00:00Z" }), log, NOW);
        assert.equal(got.start % got.step, 0);
        assert.equal(got.end % got.step, 0);
        assert.ok(got.end > got.start);
        assert.ok((got.end - got.start) / got.step <= 1500);
        assert.ok(STEPS.some(([known]) => known === got.step));
      }
});

test("a window covers what its name says", () => {
  const hour = frame(state({ window: "1h" }), DAY_LOG, NOW);
  assert.ok(hour.end > NOW && hour.end - hour.step <= NOW);
  assert.equal(hour.end - hour.start, 3600);
  const all = frame(state({ window: "all" }), DAY_LOG, NOW);
  assert.ok(all.start <= DAY_LOG.oldest && all.end > DAY_LOG.newest);
});

test("without a choice it is the last hour, or all of an old log", () => {
  assert.equal(frame(state({}), {}, NOW).name, "1h");
  assert.equal(frame(state({}), DAY_LOG, NOW).name, "1h");
  assert.equal(frame(state({}), { oldest: 10, newest: 20 }, NOW).name, "all");
});

test("a window that ends before it begins is not asked for", () => {
  const got = frame(state({ window: "custom", start: "2026-02-01T00:00:00Z",
    end: "2026-01-01T00:00:00Z" }), DAY_LOG, NOW);
  assert.equal(got.name, "all");
});

test("a step that is too fine is not taken", () => {
  assert.equal(fits(1, 86400), false);
  assert.ok(frame(state({ window: "24h", step: "1" }), {}, NOW).step > 1);
  assert.equal(frame(state({ window: "24h", step: "300" }), {}, NOW).step, 300);
});

test("a day begins at the reader's midnight, and is asked for in UTC", () => {
  const got = frame(state({ window: "30d", step: "86400" }), DAY_LOG, NOW,
    ahead);
  assert.equal(format.time(got.end), "2026-11-23T05:00:00Z");
  assert.equal(format.instant(got.end), "2026-11-23 00:00:00");
  assert.equal(got.end - got.start, 30 * 86400);
});

test("times are the reader's, or UTC, and are read as they are shown", () => {
  const [winter, summer] = ["2026-11-22T03:04:05Z", "2026-07-22T03:04:05Z"]
    .map(format.seconds);
  const both = () => [winter, summer].map(at => {
    assert.equal(format.fromWallTime(format.wallTime(at)), at);
    return [format.instant(at), zoneName(at)];
  });
  assert.deepEqual(both(), [["2026-11-21 22:04:05", "UTC−5"],
    ["2026-07-21 23:04:05", "UTC−4"]]);
  assert.equal(format.brief(winter, NOW), "21 Nov 22:04");
  assert.equal(format.fromWallTime("2026-11-21T22:04"), winter - 5);
  showUtc(true);
  assert.deepEqual(both(), [["2026-11-22 03:04:05", "UTC"],
    ["2026-07-22 03:04:05", "UTC"]]);
  assert.equal(format.brief(winter, NOW), "03:04:05");
  showUtc(false);
  process.env.TZ = "Asia/Kolkata";
  assert.equal(zoneName(winter), "UTC+5:30");
  process.env.TZ = "America/New_York";
});

test("a fragment keeps the state, and nothing else", () => {
  const changed = state({ window: "7d", hide: "PushEvent,WatchEvent",
    repo: "a/b&c=d", step: "3600" });
  assert.deepEqual(readState(writeState(changed)), changed);
  assert.equal(writeState(readState("")), "");
  assert.deepEqual(readState("#window=7d&unknown=1"), state({ window: "7d" }));
  assert.deepEqual(hidden(changed), ["PushEvent", "WatchEvent"]);
  assert.deepEqual(hidden(state({})), []);
});

test("durations have two units at most", () => {
  const cases = [[0, "0 s"], [0.44, "0.4 s"], [1, "1 s"], [59.6, "1 min"],
    [61, "1 min 1 s"], [3600, "1 h"], [3599.7, "1 h"], [86399, "1 d"],
    [90000, "1 d 1 h"], [31536000 * 2, "2 y"]];
  for (const [seconds, text] of cases)
    assert.equal(format.duration(seconds), text);
});

test("numbers are short", () => {
  assert.equal(format.count(1234567), "1,234,567");
  assert.equal(format.rate(0), "0/s");
  assert.equal(format.rate(3.28), "3.3/s");
  assert.equal(format.rate(0.1), "6/min");
  assert.equal(format.rate(1234.5), "1,235/s");
  assert.equal(format.bytes(512), "512 B");
  assert.equal(format.bytes(17839408), "17.0 MiB");
  assert.equal(format.percent(0.0001), "<0.1 %");
  assert.equal(format.percent(0), "0.0 %");
  assert.equal(format.ago(NOW - 125, NOW), "2 min ago");
  assert.equal(format.ago(NOW + 3, NOW), "in 3 s");
  assert.equal(format.typeName("PullRequestReviewEvent"),
    "Pull request review");
});

test("blocks of a stream are whole, wherever it is cut", () => {
  const text = ":\nid: 4\n\nid: 5\ndata: {\"a\": \"b: c\"}\n\n" +
    "event: gap\ndata: {}\n\nid: 6\n";
  const whole = new Blocks().add(text);
  assert.deepEqual(whole, [{ id: "4", event: "message", data: "" },
    { id: "5", event: "message", data: "{\"a\": \"b: c\"}" },
    { event: "gap", data: "{}" }]);
  for (let cut = 0; cut <= text.length; cut++) {
    const blocks = new Blocks();
    assert.deepEqual([...blocks.add(text.slice(0, cut)),
      ...blocks.add(text.slice(cut))], whole);
  }
});

// A running octolog with a folder and a port of its own, and events to give it.

import { spawn, execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const build = process.env.OCTOLOG_BUILD ??
  fileURLToPath(new URL("../../build/release", import.meta.url));

// Longer than anything here takes on a slow machine.
export const PATIENCE_MS = 60000;

// Starts a program and gives the URL that it says it listens on.
async function listening(program, args, env) {
  const child = spawn(path.join(build, program), args,
    { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  const found = new Promise(resolve => {
    for (const stream of [child.stdout, child.stderr])
      readline.createInterface({ input: stream }).on("line", line => {
        said.push(line);
        const url = /listening on (http:\/\/[0-9.:]+)/.exec(line);
        if (url)
          resolve(url[1]);
      });
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`${program} ended with ${code}:\n${said.join("\n")}`);
  });
  failed.catch(() => {}); // it may also end later, when it is told to
  return { child, url: await Promise.race([found, failed]) };
}

async function end({ child }) {
  if (child.exitCode !== null || child.signalCode !== null)
    return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

export class Service {
  // token: that clients must send; simulated: poll a simulated GitHub
  static async start({ token, simulated } = {}) {
    const service = new Service();
    service.folder = await mkdtemp(path.join(tmpdir(), "octolog-browser-"));
    service.env = token ? { OCTOLOG_HTTP_TOKEN: token } : {};
    service.headers = token ? { Authorization: "Bearer " + token } : {};
    service.source = ["--no-fetch"];
    if (simulated) {
      service.simulator = await listening("octolog-sim",
        ["--port", "0", "--rate", "20", "--poll-interval", "1",
          "--latency", "1", "--rate-limit", "5000"]);
      service.source = ["--source", service.simulator.url + "/events"];
    }
    await service.begin("127.0.0.1:0");
    return service;
  }

  // Starts it where it was before, or at `listen`, and waits until it is ready.
  async begin(listen = new URL(this.url).host) {
    this.process = await listening("octolog",
      ["up", "--data", this.folder, "--listen", listen, ...this.source],
      this.env);
    this.url = this.process.url;
    const late = Date.now() + PATIENCE_MS;
    while (!(await fetch(this.url + "/readyz")).ok) {
      if (Date.now() > late)
        throw new Error("octolog does not get ready");
      await after(50);
    }
  }

  async stop() {
    await end(this.process);
  }

  async close() {
    await this.stop();
    if (this.simulator)
      await end(this.simulator);
    await rm(this.folder, { recursive: true });
  }

  // Through the journal when it runs, straight into the log when it does not.
  import(events) {
    const child = execFile(path.join(build, "octolog"),
      ["import", "--data", this.folder, "-"]);
    child.stdin.end(events.map(one => JSON.stringify(one) + "\n").join(""));
    return once(child, "exit").then(([code]) => {
      if (code !== 0)
        throw new Error(`octolog import ended with ${code}`);
    });
  }

  async ask(target) {
    const response = await fetch(this.url + target, { headers: this.headers });
    return response.json();
  }
}

let lastId = 1;

// The same for the same name.
const number = name =>
  [...name].reduce((sum, c) => sum * 31 % 1e9 + c.charCodeAt(0), 7);

// An event as GitHub sends it, so many seconds ago.
export function event(type, repo, seconds, payload = {}) {
  const id = ++lastId;
  return {
    id: String(id), type, payload, public: true,
    actor: { id: 1, login: "octocat" },
    repo: { id: number(repo), name: repo },
    created_at: new Date(Date.now() - seconds * 1000).toISOString()
      .replace(/\.\d+/, ""),
  };
}

// Pushes, stars and pull requests of the last half hour, one every 5 seconds.
export function someEvents(count = 300) {
  return Array.from({ length: count }, (_, i) => {
    const age = 60 + i * 5;
    if (i % 5 === 0)
      return event("PullRequestEvent", "octo/tool", age,
        { action: i % 2 ? "closed" : "opened", number: 1000 - i });
    return event(i % 3 ? "PushEvent" : "WatchEvent",
      `octo/repo-${i % 7}`, age, { ref: "refs/heads/main", action: "started" });
  });
}

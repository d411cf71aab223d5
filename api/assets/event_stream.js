// Server-Sent Events over fetch: an EventSource cannot send a bearer token.

import { request } from "./client.js";

// Splits received text into blocks and keeps the rest. Pure.
export class Blocks {
  #rest = "";

  // Returns the completed blocks, each {id, event, data}.
  add(text) {
    const parts = (this.#rest + text).split("\n\n");
    this.#rest = parts.pop();
    return parts.map(part => {
      const block = { event: "message", data: "" };
      for (const line of part.split("\n")) {
        const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
        if (name)
          block[name] = value;
      }
      return block;
    });
  }
}

// Yields lists of blocks as they arrive, until the service ends the stream or
// the signal aborts it. Throws the errors of request().
export async function* follow(path, lastId, signal) {
  const headers = lastId === null ? {} : { "Last-Event-ID": lastId };
  const response = await request(path, { headers, signal });
  const reader =
    response.body.pipeThrough(new TextDecoderStream()).getReader();
  const blocks = new Blocks();
  for (;;) {
    const { done, value } = await reader.read();
    if (done)
      return;
    yield blocks.add(value);
  }
}

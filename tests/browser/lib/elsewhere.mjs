// Another host than the site's, for tests of what the page cannot reach.

import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { networkInterfaces } from "node:os";

/** Answers that a browser would accept; "plain" is a page without a policy. */
const answers = {
  plain: ["text/html", "<!doctype html><title>no policy</title>"],
  events: ["text/event-stream", "data: x\n\n"],
  image: ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'],
  import: ["text/javascript", "export {};"],
  style: ["text/css", "html { color: black }"],
};

/** Tests with `listen()`, which starts another host that ends with the test. */
export function withListeners(test) {
  return test.extend({
    // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
    listen: async ({}, use) => {
      const all = [];
      await use(async () => {
        const one = await listenElsewhere();
        all.push(one);
        return one;
      });
      for (const { close } of all) close();
    },
  });
}

/**
 * Asks hosts for "/sentinel" from a page without a policy, in the same browser as other pages. What those have asked the
 * hosts for before was heard by then.
 */
export async function askAfterwards(open, ...origins) {
  const plain = await listenElsewhere();
  const { page, close } = await open(`${plain.origin}/plain`, { faults: [] });
  const ask = (all) => Promise.all(all.map((one) => fetch(`${one}/sentinel`, { mode: "no-cors" })));
  await page.evaluate(ask, origins);
  await close();
  plain.close();
}

/**
 * A server that is not the site: HTTP that any origin may read, WebSockets, and STUN, which is how WebRTC asks for its own address.
 * `heard()` is what it was asked for, by the first part of the path, sorted; "rtc" is a datagram. A connection
 * alone is not counted: Chromium opens one for a frame before it asks the policy, and then says nothing on it.
 * `hears(names)` resolves once it was asked for all of these.
 */
async function listenElsewhere() {
  const heard = new Set();
  const waiting = new Set();
  const hear = (way) => {
    heard.add(way);
    for (const look of waiting) look();
  };
  const server = createServer((request, response) => {
    const [, way] = request.url.split(/[/?]/);
    hear(way);
    const [type, text] = answers[way] ?? ["text/plain", "x"];
    response.writeHead(200, { "Content-Type": type, "Access-Control-Allow-Origin": "*" });
    response.end(text);
  });
  server.on("upgrade", ({ headers }, socket) => {
    hear("socket");
    const accept = createHash("sha1")
      .update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.on("error", () => {});
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  });
  const datagrams = createSocket("udp4", () => hear("rtc"));
  await once(server.listen(0, "localhost"), "listening");
  datagrams.bind();
  await once(datagrams, "listening");
  const { port } = datagrams.address();
  const addresses = Object.values(networkInterfaces()).flat();
  return {
    origin: `http://localhost:${server.address().port}`,
    stun: addresses
      .filter(({ family }) => family === "IPv4")
      .map(({ address }) => `stun:${address}:${port}`),
    heard: () => [...heard].sort(),
    hears: (names) =>
      new Promise((resolve) => {
        const look = () => {
          if (!names.every((name) => heard.has(name))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
      datagrams.close();
    },
  };
}

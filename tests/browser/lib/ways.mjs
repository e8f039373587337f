// Every way by which a script can say something to a host.

/** What a page has. */
export const waysOut = [
  "fetch",
  "xhr",
  "socket",
  "events",
  "beacon",
  "image",
  "import",
  "style",
  "frame",
  "rtc",
];

/** What a policy forbids by connect-src, of any host. */
export const connections = ["fetch", "xhr", "socket", "events", "beacon"];

/**
 * Runs in a page or in a worker: goes each of the ways to a host, and tells of each whether it is "absent", "blocked" (the
 * browser reported a breach of the policy, or threw) or "allowed".
 */
export async function tryWays([origin, stun, names]) {
  const breaches = new Set();
  self.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    // Of a frame, Chromium tells the origin alone.
    if (effectiveDirective === "frame-src") breaches.add("frame");
    else if (URL.canParse(blockedURI)) breaches.add(new URL(blockedURI).pathname.slice(1));
  });
  const element = (tag, attributes) => {
    document.head.append(Object.assign(document.createElement(tag), attributes));
  };
  let source;
  const has = (name) => typeof self[name] === "function";
  const isPage = typeof document === "object";
  const ways = {
    fetch: () => fetch(`${origin}/fetch`, { mode: "no-cors" }).catch(() => {}),
    xhr: () => {
      const request = new XMLHttpRequest();
      request.open("GET", `${origin}/xhr`);
      request.send();
    },
    socket: () => new WebSocket(`${origin.replace("http", "ws")}/socket`),
    events: () => {
      source = new EventSource(`${origin}/events`);
    },
    beacon: navigator.sendBeacon && (() => navigator.sendBeacon(`${origin}/beacon`, "x")),
    image: has("Image") && (() => Object.assign(new Image(), { src: `${origin}/image` })),
    import: () => import(`${origin}/import`).catch(() => {}),
    style: isPage && (() => element("link", { rel: "stylesheet", href: `${origin}/style` })),
    frame: isPage && (() => element("iframe", { src: `${origin}/frame` })),
    rtc:
      has("RTCPeerConnection") &&
      (async () => {
        const connection = new RTCPeerConnection({ iceServers: stun.map((urls) => ({ urls })) });
        connection.createDataChannel("x");
        await connection.setLocalDescription(await connection.createOffer());
      }),
  };
  const outcomes = {};
  for (const name of names) {
    outcomes[name] = ways[name] ? "allowed" : "absent";
    try {
      if (ways[name]) await ways[name]();
    } catch {
      outcomes[name] = "blocked";
    }
  }
  // As long as a request that is not blocked would take, and the report of one that is.
  await new Promise((done) => setTimeout(done, 1000));
  for (const name of names) if (breaches.has(name)) outcomes[name] = "blocked";
  // In a worker Firefox reports no breach for it, and fails it for good instead of trying again.
  if (source?.readyState === EventSource.CLOSED) outcomes.events = "blocked";
  return outcomes;
}

/**
 * The same from a worker: in Chromium in one of the engine's own, if one is alive; in Firefox, whose driver does not get into workers, and
 * in a page that has none, in one that is started as the engine starts its own, from a blob.
 */
export function tryWaysInWorker(page, targets) {
  const [own] = "waitForEvent" in page ? page.workers() : [];
  if (own) return own.evaluate(tryWays, targets);
  const start = ([code, target]) => {
    const text = `(${code})(${JSON.stringify(target)}).then((outcomes) => postMessage(outcomes))`;
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(window.keptPolicy?.createScriptURL(url) ?? url, { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  };
  return page.evaluate(start, [String(tryWays), targets]);
}

/** Runs before the page's policy (openPage's `init`), which allows no further makers of trusted addresses. */
export function keepPolicy() {
  window.keptPolicy = window.trustedTypes?.createPolicy("test", {
    createScriptURL: (url) => url,
  });
}

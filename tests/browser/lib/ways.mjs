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
 * Runs in a page or in a worker: takes each of the ways to a host until it ends, and says of each whether it is "absent", "blocked"
 * (the browser reported a breach of the policy, or threw) or "allowed".
 *
 * @param guarded the ways that a policy closes: the browser has ten seconds to report them
 */
async function take([origin, stun, names, guarded]) {
  const outcomes = {};
  const ends = {};
  const blocked = Object.fromEntries(
    names.map((name) => [name, new Promise((end) => Object.assign(ends, { [name]: end }))]),
  );
  const block = (name) => {
    if (!names.includes(name)) return;
    outcomes[name] = "blocked";
    ends[name]();
  };
  self.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    // Of a frame, Chromium tells the origin alone.
    if (effectiveDirective === "frame-src") block("frame");
    else if (URL.canParse(blockedURI)) block(new URL(blockedURI).pathname.slice(1));
  });
  const heard = (target, ...types) =>
    new Promise((end) => {
      for (const type of types) target.addEventListener(type, end, { once: true });
    });
  const element = (tag, attributes) => {
    const made = Object.assign(document.createElement(tag), attributes);
    document.head.append(made);
    return heard(made, "load", "error");
  };
  const has = (name) => typeof self[name] === "function";
  const isPage = typeof document === "object";
  const ways = {
    fetch: () => fetch(`${origin}/fetch`, { mode: "no-cors" }).catch(() => {}),
    xhr: () => {
      const request = new XMLHttpRequest();
      const end = heard(request, "loadend");
      request.open("GET", `${origin}/xhr`);
      request.send();
      return end;
    },
    socket: async () => {
      const socket = new WebSocket(`${origin.replace("http", "ws")}/socket`);
      await heard(socket, "open", "error", "close");
      socket.close();
    },
    events: async () => {
      const source = new EventSource(`${origin}/events`);
      await heard(source, "open", "error");
      // In a worker Firefox reports no breach for it, and fails it for good instead of trying again.
      if (source.readyState === EventSource.CLOSED) block("events");
      source.close();
    },
    beacon: navigator.sendBeacon && (() => navigator.sendBeacon(`${origin}/beacon`, "x")),
    image:
      has("Image") &&
      (() => heard(Object.assign(new Image(), { src: `${origin}/image` }), "load", "error")),
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
  const tryOne = async (name) => {
    outcomes[name] = ways[name] ? "allowed" : "absent";
    try {
      if (ways[name]) await Promise.race([ways[name](), blocked[name]]);
    } catch {
      block(name);
    }
  };
  await Promise.all(names.map(tryOne));
  const limit = new Promise((end) => setTimeout(end, 10_000));
  await Promise.race([limit, Promise.all(guarded.map((name) => blocked[name]))]);
  return outcomes;
}

/** As an expression for a page or a worker. Vitest has put a function of its own where it says import(…). */
function trying(targets) {
  const code = String(take).replaceAll("__vite_ssr_dynamic_import__", "import");
  return `(${code})(${JSON.stringify(targets)})`;
}

/** Tries ways from a page; see {@link take}. */
export function tryWays(page, targets) {
  return page.evaluate(trying(targets));
}

/**
 * The same from a worker: in Chromium from one of the engine's own, if one is alive; in Firefox, whose driver does not get into workers, and
 * in a page that has none, from one that is started as the engine starts its own, from a blob.
 */
export function tryWaysInWorker(page, targets) {
  const [own] = "waitForEvent" in page ? page.workers() : [];
  if (own) return own.evaluate(trying(targets));
  const start = (code) => {
    const text = `${code}.then((outcomes) => postMessage(outcomes))`;
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(window.keptPolicy?.createScriptURL(url) ?? url, { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  };
  return page.evaluate(start, trying(targets));
}

/** Runs before the page's policy (openPage's `init`), which allows no further makers of trusted addresses. */
export function keepPolicy() {
  window.keptPolicy = window.trustedTypes?.createPolicy("test", {
    createScriptURL: (url) => url,
  });
}

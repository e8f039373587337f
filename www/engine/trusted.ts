/** The two places where text becomes code or markup, behind the page's one Trusted Types policy. */

interface Policy {
  createHTML(text: string): string;
  createScriptURL(url: string): string;
}

const rules: Policy = {
  createHTML: (text) => text,
  createScriptURL: (url) => {
    if (!url.startsWith("blob:") && url !== serviceWorkerUrl())
      throw new TypeError("workers start from this page's own blobs only");
    return url;
  },
};

const factory = (
  globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }
).trustedTypes;
const policy = factory ? factory.createPolicy("eigenscope", rules) : rules;

/** Where the build puts the service worker, beside the page: it may answer for nothing above its own folder. */
export function serviceWorkerUrl(): string {
  return new URL("service-worker.js", document.baseURI).href;
}

/** The address of a blob, as the Worker constructor wants it, or of the service worker. */
export function trustedScriptUrl(url: string): string {
  return policy.createScriptURL(url);
}

/** An SVG document that is no part of the page: nothing in it runs or loads anything. */
export function inertDocument(svg: string): XMLDocument {
  return new DOMParser().parseFromString(policy.createHTML(svg), "image/svg+xml");
}

/** A picture that the core has drawn, as an element. */
export function safeSvg(svg: string): SVGSVGElement {
  const parsed = inertDocument(svg).documentElement;
  if (!(parsed instanceof SVGSVGElement))
    throw new TypeError("the core drew something that is no picture");
  return document.importNode(parsed, true);
}

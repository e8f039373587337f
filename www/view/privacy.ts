import { html, LitElement, nothing, type TemplateResult } from "lit";

/** How a person can see for herself that a file stays on the machine. */
export function howToCheck(): TemplateResult {
  return html`<ol class="checks">
      <li>
        <strong>Try it.</strong> Have the page connect to a server, be it its own.
        <eigen-attempt></eigen-attempt>
      </li>
      <li>
        <strong>Watch.</strong> Open the developer tools (F12), go to the network tab, then add a
        file: nothing is sent to any server. Lines that begin with <code>blob:</code> are the page’s
        own workers, started from its memory.
      </li>
      <li>
        <strong>Go offline.</strong> Disconnect: the page reads and computes as before. After the
        first visit it can even be opened so.
      </li>
      <li>
        <strong>Look at the seal.</strong> Once loaded, the page adds
        <code>connect-src 'none'</code> to its content security policy. From then on the browser
        itself refuses every connection from the page and its workers. The policy is in the first
        lines of the document’s head, the seal in its last.
      </li>
    </ol>
    <p class="muted">
      Only files of this site can still be loaded, without any data: scripts that open a format,
      speak to a GPU or hold the example, and, once, the copy for use without a network. No policy
      can bind a browser extension.
    </p>`;
}

/** Has the page try to connect, and says what the browser made of it. */
class Attempt extends LitElement {
  static override properties = { outcome: { state: true } };

  declare outcome: "refused" | "failed" | "connected" | null;

  constructor() {
    super();
    this.outcome = null;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return html`<div class="attempt">
      <button type="button" class="small" name="attempt" @click=${this.#attempt}>
        Try to connect
      </button>
      <span role="status">${this.outcome === null ? nothing : words[this.outcome]}</span>
    </div>`;
  }

  async #attempt(): Promise<void> {
    const breach = new Promise<"refused">((refused) =>
      document.addEventListener("securitypolicyviolation", () => refused("refused"), {
        once: true,
      }),
    );
    const failure = new Promise<"failed">((failed) => setTimeout(failed, 1000, "failed"));
    try {
      await fetch(document.baseURI, { method: "HEAD", cache: "no-store" });
      this.outcome = "connected";
    } catch {
      this.outcome = await Promise.race([breach, failure]);
    }
  }
}

const words = {
  refused: html`<strong>Refused</strong> by the browser: the policy forbids it.`,
  failed: "It failed, though not by the policy. There may be no network.",
  connected: html`<strong>It worked: this page is not sealed.</strong>`,
};

customElements.define("eigen-attempt", Attempt);

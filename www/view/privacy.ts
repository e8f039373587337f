import { html, type TemplateResult } from "lit";

/** How a person can see for herself that a file stays on the machine. */
export function howToCheck(): TemplateResult {
  return html`<ol class="checks">
      <li>
        <strong>Watch.</strong> Open the developer tools (F12), go to the network tab, then add a
        file: nothing is sent to any server. Lines that begin with <code>blob:</code> are the page’s
        own workers, started from its memory; a large file may have the page load one more script of
        this site (<code>assets/gpu-…</code>), to try whether a GPU is faster.
      </li>
      <li>
        <strong>Go offline.</strong> Disconnect now that the page has loaded: it reads and computes
        as before.
      </li>
      <li>
        <strong>Look at the seal.</strong> Once loaded, the page adds
        <code>connect-src 'none'</code> to its content security policy. From then on the browser
        itself refuses every connection from the page and its workers. The policy is in the first
        lines of the document’s head, the seal in its last.
      </li>
    </ol>
    <p class="muted">
      Only scripts of this site can still be loaded, without any data: the example comes that way,
      and what speaks to a GPU. No policy can bind a browser extension.
    </p>`;
}

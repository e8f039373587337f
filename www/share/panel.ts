import { html, type nothing, type TemplateResult } from "lit";
import type { Dataset } from "../state/dataset";
import { isSessionKept } from "../state/session";
import { counted, whole } from "../view/format";
import { icons } from "../view/icons";
import { Part } from "../view/part";
import { writeLink } from "./recorded";
import { clearEverything, keep } from "./session";

/** A link is made anew when nothing has changed for so many milliseconds. */
const rest = 150;

/** Chats and mail programs cut longer ones. */
const longest = 2000;

/** How long "Copied" stays. */
const copiedFor = 2000;

/** What is shown, as a link, and in this browser. */
class Share extends Part {
  static override properties = {
    ...Part.properties,
    open: { type: Boolean },
    names: { state: true },
    address: { state: true },
    complaint: { state: true },
    copied: { state: true },
    kept: { state: true },
  };

  /** Whether it can be seen: a link takes a while to make. */
  declare open: boolean;
  declare names: boolean;
  declare address: string;
  declare complaint: string;
  declare copied: boolean;
  declare kept: boolean;
  /** What the link was made of. */
  #made: readonly unknown[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.open = false;
    this.names = false;
    this.address = "";
    this.complaint = "";
    this.copied = false;
    this.kept = isSessionKept();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override updated(): void {
    if (!this.open) return;
    const { window, weight } = this.workspace.state;
    const of = [
      window,
      weight,
      this.names,
      ...this.#shown.flatMap((one) => [one.analysis, one.name]),
    ];
    if (of.length === this.#made.length && of.every((part, i) => part === this.#made[i])) return;
    this.#made = of;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#make(), rest);
  }

  /** Those that a link carries. */
  get #shown(): Dataset[] {
    return this.workspace.state.datasets.filter(({ analysis, isHidden }) => analysis && !isHidden);
  }

  async #make(): Promise<void> {
    const { window, weight } = this.workspace.state;
    const entries = this.#shown.flatMap(({ analysis, name }) =>
      analysis ? [{ analysis, name: this.names ? name : null }] : [],
    );
    try {
      const [page] = location.href.split("#");
      this.address = page + (await writeLink(entries, window, weight));
      this.complaint = "";
    } catch (error) {
      this.address = "";
      this.complaint = error instanceof Error ? error.message : String(error);
    }
  }

  override render(): TemplateResult {
    const shown = this.#shown;
    return html`<section class="share" aria-label="Share">
      <h2>A link to ${counted(shown.length, "spectrum", "spectra")}</h2>
      <p class="muted">
        It carries the numbers and about a hundred points of each spectrum behind the #, which
        browsers send to no server. Whoever has it sees them; features and labels are not in it.
      </p>
      <div class="share-link">
        <input
          type="text"
          name="link"
          readonly
          aria-label="Link"
          .value=${this.address}
          @focus=${(event: FocusEvent) => (event.currentTarget as HTMLInputElement).select()}
        />
        <button type="button" class="small" name="copy-link" ?disabled=${this.address === ""} @click=${this.#copy}>
          ${icons.copy} <span aria-live="polite">${this.copied ? "Copied" : "Copy link"}</span>
        </button>
      </div>
      <p class="muted" role="status" data-name="link-length">${this.#length()}</p>
      <label class="choice">
        <input
          type="checkbox"
          name="names"
          .checked=${this.names}
          @change=${(event: Event) => {
            this.names = (event.currentTarget as HTMLInputElement).checked;
          }}
        />
        <span>Include names<small>File names can say more than you want to tell.</small></span>
      </label>
      <h2>In this browser</h2>
      <label class="choice">
        <input
          type="checkbox"
          name="keep"
          .checked=${this.kept}
          @change=${(event: Event) => {
            this.kept = (event.currentTarget as HTMLInputElement).checked;
            keep(this.workspace, this.kept);
          }}
        />
        <span
          >Keep these results<small
            >They are here again after a reload: the numbers and eigenvalues, not the files.</small
          ></span
        >
      </label>
      <button type="button" class="small" name="clear-everything" @click=${this.#clear}>
        Clear everything
      </button>
      <p class="muted">
        Takes all datasets off the page, and out of this browser whatever the page has kept in it:
        results, colours, and its own files for use without a network.
      </p>
    </section>`;
  }

  #length(): TemplateResult | string | typeof nothing {
    if (this.complaint !== "") return this.complaint;
    if (this.address === "") return "Making the link…";
    const length = this.address.length;
    if (length <= longest) return `${whole(length)} characters`;
    return `${whole(length)} characters. Some chats cut a link after ${whole(longest)}; a cut one says so when it is opened. Hide spectra to make it shorter.`;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.address);
      this.copied = true;
      setTimeout(() => {
        this.copied = false;
      }, copiedFor);
    } catch {
      this.querySelector<HTMLInputElement>("input[name=link]")?.focus();
      this.workspace.say(
        "copy_refused",
        "The browser did not let the page copy. The link is selected: copy it with your keyboard.",
      );
    }
  }

  async #clear(): Promise<void> {
    await clearEverything(this.workspace);
    this.kept = false;
  }
}

customElements.define("eigen-share", Share);

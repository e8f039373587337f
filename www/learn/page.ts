/** The lessons' page: their list, or one of them. */

import { html, nothing, type TemplateResult } from "lit";
import { theme } from "../state/state";
import { Part } from "../view/part";
import { isMoving } from "../view/turns";
import { controls } from "./controls";
import "./figure";
import "./class-link";
import "./question";
import styles from "../style/learn.css?inline";
import { wear } from "../style/worn";
import type { Lesson, Values, View } from "./lesson";
import { type Entry, lessons } from "./lessons";
import { addressOf, readRoute, type Setting, setsMore, settingOf } from "./route";

wear(styles);

/** The address follows the controls once they have rested for so many milliseconds. */
const rest = 250;

/** What changed is said once nothing has changed for so long. */
const pause = 700;

class Learn extends Part {
  static override properties = {
    ...Part.properties,
    address: { attribute: false },
    lesson: { state: true },
    setting: { state: true },
    said: { state: true },
    failed: { state: true },
  };

  /** The fragment. */
  declare address: string;
  declare lesson: Lesson | null;
  declare setting: Setting;
  declare said: string;
  declare failed: boolean;
  #slug: string | null = null;
  #writing: ReturnType<typeof setTimeout> | undefined;
  #saying: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.address = "";
    this.lesson = null;
    this.setting = { values: {}, hidden: new Set(), remarks: [] };
    this.said = "";
    this.failed = false;
  }

  /** It follows the hand that moves a control. */
  protected override isDrawnAtOnce(): boolean {
    return isMoving();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.#keys);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.#keys);
    clearTimeout(this.#writing);
    clearTimeout(this.#saying);
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("address")) void this.#open();
    document.title = `${this.lesson?.title ?? "Learn"} · Eigenscope`;
  }

  async #open(): Promise<void> {
    const { slug, parameters } = readRoute(this.address);
    const entry = lessons.find((one) => one.slug === slug);
    clearTimeout(this.#writing);
    if (slug !== this.#slug || !this.lesson) {
      this.lesson = null;
      this.said = "";
      this.failed = false;
    }
    this.#slug = slug;
    if (!entry) return;
    try {
      const { lesson } = await entry.load();
      if (this.#slug !== slug) return;
      this.setting = settingOf(lesson, parameters);
      const isOther = this.lesson !== lesson;
      this.lesson = lesson;
      await this.updateComplete;
      const more = this.querySelector<HTMLDetailsElement>(".lesson-more");
      if (more) more.open = setsMore(lesson, this.setting);
      if (!isOther) return;
      scrollTo(0, 0);
      this.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
    } catch {
      this.failed = true;
    }
  }

  override render(): TemplateResult {
    const { slug } = readRoute(this.address);
    const index = lessons.findIndex((one) => one.slug === slug);
    const entry = lessons[index];
    if (!entry) return this.#list(slug);
    return html`<article class="lesson" data-slug=${entry.slug} aria-busy=${this.lesson === null && !this.failed}>
      <p class="lesson-place"><a href="#learn">Lessons</a> · ${index + 1} of ${lessons.length}</p>
      <h2 class="lesson-title" tabindex="-1">${entry.title}</h2>
      ${this.lesson ? this.#lesson(entry, this.lesson) : this.#notYet()}
      <nav class="lesson-turn" aria-label="Other lessons">
        ${this.#turn("prev", "Previous", lessons[index - 1])} ${this.#turn("next", "Next", lessons[index + 1])}
      </nav>
    </article>`;
  }

  #list(slug: string | null): TemplateResult {
    return html`<article class="lesson">
      <h2 class="lesson-title" tabindex="-1">Lessons</h2>
      ${
        slug
          ? html`<p class="lesson-remarks" role="status" data-name="remarks">
              There is no lesson “${slug.slice(0, 40)}”. These there are:
            </p>`
          : nothing
      }
      <p class="lesson-idea">
        How fast do the eigenvalues of features fall, and why does it matter? One idea each, computed live on this machine.
        Every control is in the address, so what you see can be sent to a class.
      </p>
      <ol class="lesson-list">
        ${lessons.map(
          (one) => html`<li>
            <a href="#learn/${one.slug}">${one.title}</a>
            <p class="muted">${one.lead}</p>
          </li>`,
        )}
      </ol>
    </article>`;
  }

  #notYet(): TemplateResult {
    return this.failed
      ? html`<p class="lesson-idea" role="alert" data-code="not_loaded">
          This lesson could not be loaded. Connect to the network and reload the page.
        </p>`
      : html`<p class="lesson-idea muted">Loading…</p>`;
  }

  #lesson({ slug }: Entry, lesson: Lesson): TemplateResult {
    const { values, hidden, remarks } = this.setting;
    const set = (changes: Values): void => this.#set(lesson, changes);
    const view: View = {
      values,
      hidden,
      theme: theme(this.workspace.state),
      workspace: this.workspace,
      set,
      say: (text) => this.#say(text),
    };
    const isOpen = (name: string): boolean => !hidden.has(name);
    return html`<p class="lesson-idea">${lesson.idea}</p>
      <p class="lesson-remarks" role="status" data-name="remarks" ?hidden=${remarks.length === 0}>
        ${remarks.join(" ")}
      </p>
      ${controls(lesson.controls, values, hidden, set)}
      <div class="lesson-body">${lesson.body(view)}</div>
      <p class="hidden" role="status" data-name="lesson-summary">${this.said}</p>
      <eigen-question-and-answer
        .lesson=${lesson}
        .asks=${isOpen("question")}
        .tells=${isOpen("answer")}
      ></eigen-question-and-answer>
      <footer class="lesson-sources">
        <h3>Sources</h3>
        <ul>
          ${lesson.sources.map(
            ({ text, href }) =>
              html`<li><a href=${href} rel="noreferrer" target="_blank">${text}</a></li>`,
          )}
        </ul>
      </footer>
      <eigen-class-link
        .lesson=${lesson}
        .slug=${slug}
        .values=${values}
        .without=${hidden}
      ></eigen-class-link>`;
  }

  #turn(rel: string, word: string, entry: Entry | undefined): TemplateResult {
    return entry
      ? html`<a rel=${rel} href="#learn/${entry.slug}"><span class="muted">${word}</span> ${entry.title}</a>`
      : html`<span></span>`;
  }

  #set(lesson: Lesson, changes: Values): void {
    this.setting = {
      ...this.setting,
      values: { ...this.setting.values, ...changes },
      remarks: [],
    };
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => {
      const { values, hidden } = this.setting;
      // Back leads to the lesson before, not to where a control stood before.
      history.replaceState(null, "", addressOf(this.#slug ?? "", lesson, values, hidden));
    }, rest);
  }

  #say(text: string): void {
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => {
      this.said = text;
    }, pause);
  }

  /** n and p turn the pages, as on a projector's remote; not while something is typed. */
  readonly #keys = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if ((event.target as Element).matches("input:not([type=range]), textarea, select")) return;
    const rel = { n: "next", p: "prev" }[event.key];
    if (rel) this.querySelector<HTMLAnchorElement>(`.lesson-turn a[rel=${rel}]`)?.click();
  };
}

customElements.define("eigen-learn", Learn);

/** What lessons 4 and 5 have in common: one sample that follows the controls, and many that are drawn one after another beside it. */

import { html, nothing, type TemplateResult } from "lit";
import type { Figure, Refusal } from "../engine/types";
import { asTable } from "../view/as-table";
import { significant, whole } from "../view/format";
import { swatch } from "../view/swatch";
import { LessonElement } from "./element";
import type { Canvas } from "./figure";

/** Many samples are begun once nothing has changed for so many milliseconds. */
const rest = 300;

/** Objects of the module in the worker. */
type Kept = "one" | "many";

/** A line of a picture: the number of its style in the core, and what it is. */
export interface Key {
  style: number;
  words: TemplateResult | string;
}

/** A picture that one of them draws. */
interface Picture {
  of: Kept;
  member: string;
  figure: Figure | undefined;
  canvas: Canvas | undefined;
  /** What the figure is of. */
  shown: string;
  isAsked: boolean;
  /** Whether it is on the page. */
  isShown: boolean;
}

export abstract class SampledLesson<Numbers, Point> extends LessonElement {
  static override properties = {
    ...LessonElement.properties,
    numbers: { state: true },
    tables: { state: true },
    points: { state: true },
    progress: { state: true },
    refusal: { state: true },
  };

  declare numbers: (Numbers & { summary: string }) | undefined;
  /** What the tables of the one sample are made of, by the member of the module that has it. */
  declare tables: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Of many samples what is known by now. */
  declare points: readonly Point[];
  /** Samples drawn, and how many there will be. */
  declare progress: readonly [number, number] | undefined;
  declare refusal: Refusal | undefined;
  readonly #pictures = new Map<string, Picture>();
  /** One question at a time to each: the lesson itself sees to it that the newest is the next. */
  readonly #asked: Record<Kept, Promise<unknown>> = {
    one: Promise.resolve(),
    many: Promise.resolve(),
  };
  /** What each is to be made of, and what it is made of. */
  readonly #wanted: Record<Kept, string> = { one: "", many: "" };
  readonly #made: Record<Kept, string> = { one: "", many: "" };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSeeing = false;
  #isDrawing = false;

  constructor() {
    super();
    this.tables = {};
    this.points = [];
  }

  /** Classes of the module. */
  protected abstract readonly classes: Record<Kept, string>;
  /** What they are made of; that of many leaves out what moves along the axis of their picture. */
  protected abstract settings(of: Kept): Record<string, number>;
  /** Where the controls stand on that axis. */
  protected abstract here(): number;
  /** Members of the one sample that have what is in its tables. */
  protected members(): readonly string[] {
    return ["spectra"];
  }

  override willUpdate(): void {
    for (const picture of this.#pictures.values()) picture.isShown = false;
  }

  override updated(): void {
    this.#wanted.one = JSON.stringify([this.settings("one"), this.members()]);
    const many = JSON.stringify(this.settings("many"));
    void this.#see();
    // Of samples that nobody looks at none is drawn.
    if (many !== this.#wanted.many && this.#shown("many").length > 0) {
      this.#wanted.many = many;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#drawMany(), rest);
    }
    for (const picture of this.#pictures.values()) void this.#draw(picture);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** A picture: what is there stays until the next one has come. */
  protected picture(of: Kept, member: string, caption: TemplateResult | string): TemplateResult {
    const name = `${of} ${member}`;
    const picture = this.#pictures.get(name) ?? {
      of,
      member,
      figure: undefined,
      canvas: undefined,
      shown: "",
      isAsked: false,
      isShown: true,
    };
    picture.isShown = true;
    this.#pictures.set(name, picture);
    return html`<eigen-lesson-figure
      data-name=${name}
      .of=${[picture.figure]}
      .theme=${this.view.theme}
      .caption=${caption}
      .draw=${(canvas: Canvas) => {
        picture.canvas = canvas;
        void this.#draw(picture);
        return picture.figure;
      }}
    ></eigen-lesson-figure>`;
  }

  protected legend(keys: readonly Key[]): TemplateResult {
    return html`<ul class="lesson-legend">
      ${keys.map(({ style, words }) => html`<li>${swatch(style, this.view.theme)} ${words}</li>`)}
    </ul>`;
  }

  protected spectraTable(caption: string, heads: readonly string[]): TemplateResult {
    const cell = (value: number | undefined) => (value === undefined ? "–" : significant(value, 4));
    const spectra = this.tables.spectra ?? [];
    return asTable(spectra, {
      caption,
      heads: ["rank", ...heads],
      count: Math.max(0, ...spectra.map(({ length }) => length)),
      row: (index) => [whole(index + 1), ...spectra.map((one) => cell(one[index]))],
    });
  }

  /** Of a member that has its rows as they are. */
  protected rowsTable(member: string, caption: string, heads: readonly string[]): TemplateResult {
    const rows = this.tables[member] ?? [];
    return asTable(rows, {
      caption,
      heads,
      count: rows.length,
      row: (index) => (rows[index] ?? []).map((value) => significant(value, 4)),
    });
  }

  protected pointsTable(
    caption: string,
    heads: readonly string[],
    row: (point: Point) => readonly (number | null)[],
  ): TemplateResult {
    return asTable(this.points, {
      caption,
      heads,
      count: this.points.length,
      row: (index) => {
        const point = this.points[index];
        return point
          ? row(point).map((value) => (value === null ? "–" : significant(value, 4)))
          : [];
      },
    });
  }

  protected headway(): TemplateResult {
    const [done, all] = this.progress ?? [];
    return html`<span data-name="draws"
      >${done === undefined ? "Samples are drawn in a moment." : `${done} of ${all} samples drawn.`}</span
    >`;
  }

  protected refused(): TemplateResult | typeof nothing {
    return this.refusal
      ? html`<p role="alert" data-code=${this.refusal.code}>${this.refusal.message}</p>`
      : nothing;
  }

  #ask<T>(of: Kept, name: string, ...values: readonly unknown[]): Promise<T | undefined> {
    const asked = this.#asked[of].then(() => this.work.ask<T>(of, name, ...values));
    this.#asked[of] = asked.catch(() => {});
    return asked;
  }

  /** One sample as the controls stand; as they stand then, once it is there. */
  async #see(): Promise<void> {
    if (this.#isSeeing) return;
    this.#isSeeing = true;
    try {
      while (this.isConnected && this.#made.one !== this.#wanted.one) {
        const wanted = this.#wanted.one;
        const members = this.members();
        await this.#ask("one", `new ${this.classes.one}`, this.settings("one"));
        const numbers = await this.#ask<Numbers & { summary: string }>("one", ".numbers");
        this.#made.one = wanted;
        this.refusal = undefined;
        if (!numbers) continue;
        this.numbers = numbers;
        const tables: Record<string, number[][]> = {};
        for (const member of members)
          tables[member] = (await this.#ask<number[][]>("one", `.${member}`)) ?? [];
        this.tables = tables;
        this.view.say(numbers.summary);
        await this.#drawAll("one");
      }
    } catch (error) {
      this.#made.one = this.#wanted.one;
      this.#refuse(error);
    } finally {
      this.#isSeeing = false;
    }
  }

  /** Many samples, one after the other, and their picture after each. */
  async #drawMany(): Promise<void> {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    try {
      for (let isMore: boolean | undefined = true; this.isConnected; ) {
        const wanted = this.#wanted.many;
        if (this.#made.many !== wanted) {
          await this.#ask("many", `new ${this.classes.many}`, this.settings("many"));
          this.#made.many = wanted;
          isMore = true;
        } else if (isMore) {
          isMore = await this.#ask<boolean>("many", ".draw");
        } else {
          break;
        }
        this.progress = await this.#ask<[number, number]>("many", ".progress");
        this.points = (await this.#ask<Point[]>("many", ".points")) ?? [];
        await this.#drawAll("many");
      }
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.#isDrawing = false;
    }
  }

  async #drawAll(of: Kept): Promise<void> {
    for (const picture of this.#shown(of)) await this.#draw(picture);
  }

  #shown(of: Kept): Picture[] {
    return [...this.#pictures.values()].filter((one) => one.of === of && one.isShown);
  }

  /** What a picture would be of now; "" where it cannot be drawn yet. */
  #pictured({ of, canvas, isShown }: Picture): string {
    if (!canvas || !isShown || this.#made[of] === "") return "";
    const state = of === "one" ? [] : [this.progress, this.here()];
    return JSON.stringify([this.#made[of], canvas, state]);
  }

  async #draw(picture: Picture): Promise<void> {
    if (picture.isAsked) return;
    picture.isAsked = true;
    try {
      for (
        let now = this.#pictured(picture);
        now !== "" && now !== picture.shown;
        now = this.#pictured(picture)
      ) {
        picture.shown = now;
        const { of, member, canvas } = picture;
        const values = of === "many" ? [this.here(), canvas] : [canvas];
        const figure = await this.#ask<Figure>(of, `.${member}`, ...values);
        if (figure) picture.figure = figure;
        this.requestUpdate();
      }
    } catch (error) {
      this.#refuse(error);
    } finally {
      picture.isAsked = false;
    }
  }

  #refuse(error: unknown): void {
    if (typeof error !== "object" || error === null || !("code" in error)) throw error;
    this.refusal = error as Refusal;
  }
}

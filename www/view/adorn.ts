import { html, type TemplateResult } from "lit";
import type { Dataset } from "../state/dataset";
import { theme } from "../state/state";
import type { Workspace } from "../state/workspace";
import { swatch } from "./swatch";

/** Six colours in four ways of drawing: after these they come again. */
const STYLES = 24;

const colours = ["blue", "orange", "teal", "violet", "red", "plum"];
const ways = ["drawn through", "dashed", "dotted", "dashes and dots"];

/** How a dataset is shown: its name, its place in the trend, its line, its place in the list. */
export function adornment(
  workspace: Workspace,
  dataset: Dataset,
  axis: string,
  place: number | undefined,
): TemplateResult {
  const { id, name, style } = dataset;
  const { datasets } = workspace.state;
  const at = datasets.findIndex((other) => other.id === id);
  return html`<form class="adornment" aria-label="How ${name} is shown" @submit=${(event: Event) => event.preventDefault()}>
    <label>
      Name
      <input
        name="rename"
        type="text"
        autocomplete="off"
        spellcheck="false"
        .value=${name}
        @change=${(event: Event) => workspace.adorn(id, { name: textOf(event) })}
      />
    </label>
    <label>
      ${axis[0]?.toUpperCase()}${axis.slice(1)}
      <input
        name="place"
        type="number"
        step="any"
        .value=${place === undefined ? "" : String(place)}
        @change=${(event: Event) => {
          const text = textOf(event);
          workspace.adorn(id, { place: text === "" ? null : Number(text) });
        }}
      />
    </label>
    <fieldset class="styles">
      <legend>Line</legend>
      ${Array.from(
        { length: STYLES },
        (_, number) => html`<label title=${styleName(number)}>
          <input
            type="radio"
            name="style-${id}"
            value=${number}
            aria-label=${styleName(number)}
            .checked=${number === style % STYLES}
            @change=${() => workspace.adorn(id, { style: number })}
          />
          ${swatch(number, theme(workspace.state))}
        </label>`,
      )}
    </fieldset>
    <div class="buttons">
      <button type="button" class="small" name="up" ?disabled=${at <= 0} @click=${() => workspace.move(id, -1)}>
        Move up
      </button>
      <button
        type="button"
        class="small"
        name="down"
        ?disabled=${at === datasets.length - 1}
        @click=${() => workspace.move(id, 1)}
      >
        Move down
      </button>
      <button type="button" class="small" name="remove" @click=${() => workspace.remove(id)}>
        Remove
      </button>
    </div>
  </form>`;
}

function styleName(number: number): string {
  return `${colours[number % colours.length]}, ${ways[Math.floor(number / colours.length) % ways.length]}`;
}

function textOf(event: Event): string {
  return (event.currentTarget as HTMLInputElement).value.trim();
}

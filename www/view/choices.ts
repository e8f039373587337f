import { html, nothing, type TemplateResult } from "lit";
import type { Choice, Preparation } from "../engine/types";
import { standardPreparation } from "../state/state";
import type { Workspace } from "../state/workspace";
import type { Depth, Row } from "./depth";
import { counted, signed } from "./format";
import { change, exponent } from "./number";
import { pending } from "./pending";

const switches = [
  {
    key: "centred",
    name: "Centred",
    hint: "each column's mean taken off",
    on: "centred",
    off: "not centred",
  },
  {
    key: "unit_rows",
    name: "Unit rows",
    hint: "each row at length 1",
    on: "unit rows",
    off: "rows as they are",
  },
  {
    key: "standardized",
    name: "Standardized",
    hint: "each column at variance 1",
    on: "standardized",
    off: "not standardized",
  },
] as const;

type Switch = (typeof switches)[number];

/** More components than this are no longer the first few. */
const mostDropped = 1000;

/** How the features were prepared, where it is not as usual: without it the number means something else. */
export function convention(preparation: Preparation, dropped: number): string {
  const words = switches.flatMap(({ key, on, off }): string[] =>
    preparation[key] === standardPreparation[key] ? [] : [preparation[key] ? on : off],
  );
  if (dropped > 0) words.push(without(dropped));
  return words.join(", ");
}

function without(dropped: number): string {
  return dropped === 1
    ? "without the first component"
    : `without the first ${counted(dropped, "component")}`;
}

/** What α would be had the features been prepared otherwise. */
export function choiceRow({ workspace, dataset, found }: Depth): Row {
  const { preparation, dropped } = workspace.state;
  const choices = found?.outcome.choices ?? [];
  const inForce = convention(preparation, dropped);
  const changes = choices.flatMap((choice) =>
    choice.change === null ? [] : [`${differs(choice, preparation)} ${signed(choice.change)}`],
  );
  const said = [...(inForce ? [`in view: ${inForce}`] : []), ...changes];
  const conclusion = said.length > 0 ? said.join(" · ") : "how the features are prepared";
  const { status, studying, study } = dataset;
  const later = status === "done" && !studying && study !== null && study.bytes > 0;
  const wait = later ? "choose it to see" : pending(workspace, dataset);
  const body = html`<div class="block">
    <table class="figures choice-table">
      <thead>
        <tr>
          <th scope="col">choice</th>
          <th scope="col">otherwise <i class="symbol">α</i></th>
          <th scope="col">change</th>
        </tr>
      </thead>
      <tbody>
        ${switches.map((one) => switchLine(one, choices, workspace, wait))}
        ${dropLine(choices, workspace, wait)}
      </tbody>
    </table>
    <button
      type="button"
      class="small"
      name="usual-preparation"
      ?disabled=${!inForce}
      @click=${() => workspace.prepare(standardPreparation, 0)}
    >
      Back to the usual preparation
    </button>
  </div>
  <div class="block prose muted">
    <p>
      Each switch changes what α is of, for all datasets alike. Centred features as they are in the file are what the
      authors of α-ReQ take. Compare only numbers of the same preparation: the Report and the script say which.
    </p>
  </div>`;
  return { title: "Choices", conclusion, body };
}

/** What a choice does otherwise than the preparation in view, in a word. */
function differs(choice: Choice, preparation: Preparation): string {
  const flipped = switches.find(({ key }) => choice.preparation[key] !== preparation[key]);
  if (flipped) return choice.preparation[flipped.key] ? flipped.on : flipped.off;
  return choice.dropped_components > 0 ? without(choice.dropped_components) : "all components";
}

function switchLine(
  one: Switch,
  choices: Choice[],
  workspace: Workspace,
  wait: string,
): TemplateResult {
  const { preparation } = workspace.state;
  const { key, name, hint } = one;
  const other = choices.find((choice) => choice.preparation[key] !== preparation[key]);
  return html`<tr>
    <th scope="row">
      <label class="check">
        <input
          type="checkbox"
          name=${key}
          .checked=${preparation[key]}
          @change=${(event: Event) =>
            workspace.prepare(
              {
                ...workspace.state.preparation,
                [key]: (event.target as HTMLInputElement).checked,
              },
              workspace.state.dropped,
            )}
        />
        <span>${name} <small>${hint}</small></span>
      </label>
    </th>
    ${outcome(key, other, wait)}
  </tr>`;
}

function dropLine(choices: Choice[], workspace: Workspace, wait: string): TemplateResult {
  const { dropped } = workspace.state;
  const other = choices.find((choice) => choice.dropped_components !== dropped);
  return html`<tr>
    <th scope="row">
      <label class="check">
        <input
          type="number"
          name="dropped"
          min="0"
          max=${mostDropped}
          step="1"
          inputmode="numeric"
          .value=${String(dropped)}
          @change=${(event: Event) => {
            const field = event.target as HTMLInputElement;
            if (field.value !== "" && field.validity.valid)
              workspace.prepare(workspace.state.preparation, field.valueAsNumber);
            else field.value = String(dropped);
          }}
        />
        <span>first components left out${other ? html` <small>otherwise: ${other.dropped_components}</small>` : nothing}</span>
      </label>
    </th>
    ${outcome("dropped_components", other, wait)}
  </tr>`;
}

/** α of the other choice and how much larger it is, or why it is not there. */
function outcome(key: string, choice: Choice | undefined, wait: string): TemplateResult {
  if (choice && choice.alpha !== null && choice.change !== null) {
    return html`<td>${exponent(`choice.${key}.alpha`, choice.alpha)}</td>
      <td>${change(`choice.${key}.change`, choice.change)}</td>`;
  }
  return html`<td colspan="2" class="muted reason">${choice?.reason?.message ?? wait}</td>`;
}

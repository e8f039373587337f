/**
 * The page as a frame in another: hears its parent, and answers it (docs/embed.md).
 *
 * Only messages of the parent window are heard, and of one origin: the one that the address names (`?embed=https://host`), or else that of the first message. Every answer goes
 * to that origin alone. What the parent has sent is all that is ever answered: of what a person gives to the frame, the parent learns nothing.
 */

import "./bar";
import type { Study } from "../engine/types";
import type { Dataset } from "../state/dataset";
import { type Failure, sumsLetGo } from "../state/failure";
import { standardPreparation } from "../state/state";
import type { Workspace } from "../state/workspace";
import {
  type Heard,
  type Id,
  type Job,
  PROTOCOL,
  readMessage,
  type Said,
  type Stage,
  themeNamed,
} from "./protocol";
import "../style/embed.css";

/** Analyses that may wait for their answers at a time. */
const MOST_REQUESTS = 64;

/** Between two messages about the progress of one analysis, in milliseconds. */
const PROGRESS_EVERY = 100;

const standardWeight = "1/k";

const cancelled: Failure = { code: "cancelled", message: "This analysis was cancelled." };
const idInUse: Failure = {
  code: "id_in_use",
  message: "An analysis of this id waits for its answer. Give each its own.",
};
const tooMany: Failure = {
  code: "too_many",
  message: `${MOST_REQUESTS} analyses wait for their answers. Send this one later.`,
};
const unknownId: Failure = {
  code: "unknown_id",
  message: "No analysis of this id waits for its answer.",
};
const badOrigin: Failure = {
  code: "bad_embed_origin",
  message:
    "This frame hears nobody: what stands behind ?embed= in its address is no origin. Write ?embed=https://host, or ?embed alone.",
};

/** An analysis that the parent has asked for and was not answered yet. */
interface Request {
  readonly job: Job;
  /** The dataset that it became; null until the engine has loaded. */
  dataset: number | null;
  /** What was last told of it, and when. */
  told: { stage: Stage; at: number } | null;
}

/** Makes the page a frame: its looks, and an ear for its parent where it has one. */
export function embed(workspace: Workspace): void {
  document.documentElement.dataset.embed = "";
  const address = new URLSearchParams(location.search);
  const theme = themeNamed(address.get("theme"));
  if (theme) workspace.setSettings({ theme });
  // Opened by itself, it is its own parent, and has nobody to speak with.
  if (window.parent === window) return;
  const named = address.get("embed") ?? "";
  const origin = originOf(named);
  if (named !== "" && !origin) workspace.say(badOrigin.code, badOrigin.message);
  else new Frame(workspace, window.parent, origin).listen();
}

/** An origin as browsers write it, of which messages can come and to which they can go. */
function originOf(text: string): string | null {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return null;
  const { origin, href } = new URL(text);
  return href === `${origin}/` ? origin : null;
}

class Frame {
  readonly #workspace: Workspace;
  readonly #parent: Window;
  /** The one origin that is heard; null until there is one. */
  #origin: string | null;
  readonly #requests = new Map<Id, Request>();
  #ignored = 0;
  #isLooking = false;

  constructor(workspace: Workspace, parent: Window, origin: string | null) {
    this.#workspace = workspace;
    this.#parent = parent;
    this.#origin = origin;
  }

  listen(): void {
    window.addEventListener("message", (event) => this.#hear(event));
    this.#workspace.subscribe(() => this.#look());
  }

  #hear({ data, origin, source }: MessageEvent): void {
    // Nothing can be sent to an opaque origin ("null") alone, so none is heard.
    const isHeard = source === this.#parent && origin !== "null";
    if (!isHeard || (this.#origin ?? origin) !== origin) {
      this.#ignored += 1;
      document.documentElement.dataset.ignored = String(this.#ignored);
      return;
    }
    const heard = readMessage(data);
    if (!heard) return;
    if (heard.type === "bad") {
      this.#say(refused(heard.id, heard.reason), origin);
      return;
    }
    this.#origin = origin;
    this.#follow(heard);
  }

  #follow(heard: Heard): void {
    switch (heard.type) {
      case "ping":
        this.#say({ type: "eigenscope:pong", version: PROTOCOL });
        break;
      case "theme":
        this.#workspace.setSettings({ theme: heard.theme });
        break;
      case "analyze":
        this.#take(heard.id, heard.job);
        break;
      case "cancel":
        this.#cancel(heard.id);
        break;
    }
  }

  #take(id: Id, job: Job): void {
    if (this.#requests.has(id)) this.#say(refused(id, idInUse));
    else if (this.#requests.size >= MOST_REQUESTS) this.#say(refused(id, tooMany));
    else {
      this.#requests.set(id, { job, dataset: null, told: null });
      this.#look();
    }
  }

  #cancel(id: Id): void {
    const request = this.#requests.get(id);
    this.#close(id, refused(id, request ? cancelled : unknownId));
    const dataset = request?.dataset;
    if (dataset === undefined || dataset === null) return;
    this.#workspace.cancel(dataset);
    const left = this.#workspace.state.datasets.find((one) => one.id === dataset);
    if (left?.status !== "done") this.#workspace.remove(dataset);
  }

  /** Looks after the requests once whatever changes now has changed. */
  #look(): void {
    if (this.#isLooking || this.#requests.size === 0) return;
    this.#isLooking = true;
    queueMicrotask(() => {
      this.#isLooking = false;
      for (const [id, request] of this.#requests) this.#attend(id, request);
    });
  }

  #attend(id: Id, request: Request): void {
    const { bootFailure, engine } = this.#workspace.state;
    if (engine && request.dataset === null) this.#begin(request);
    const dataset = this.#workspace.state.datasets.find((one) => one.id === request.dataset);
    if (bootFailure) this.#close(id, refused(id, bootFailure));
    else if (!engine) this.#tell(request, progress(id, "waiting"));
    else {
      const said = dataset ? this.#stand(id, request.job, dataset) : refused(id, cancelled);
      if (said.type === "eigenscope:progress") this.#tell(request, said);
      else this.#close(id, said);
    }
  }

  /** What is shown of it is what is told of it: the window asked for, and features prepared as usual. */
  #begin(request: Request): void {
    const { file, array, window, weights } = request.job;
    request.dataset = this.#workspace.take(file, array);
    this.#workspace.prepare(standardPreparation, 0);
    this.#workspace.setWindow(window ?? this.#workspace.defaultWindow);
    this.#workspace.setWeight(weights ?? standardWeight);
  }

  /** How an analysis stands. */
  #stand(id: Id, job: Job, dataset: Dataset): Said {
    const { failure, progress: run, status, study, studying, unpacked } = dataset;
    if (status === "error" && failure) return refused(id, failure);
    if (status === "cancelled") return refused(id, cancelled);
    if (status === "choosing") return progress(id, "question");
    if (status === "waiting") return progress(id, "waiting");
    if (status === "done" && study) {
      if (study.isComplete(study.usual) || study.bytes === 0) return this.#report(id, job, study);
      return progress(id, "study", studying?.done, studying?.total || 1);
    }
    if (run?.stage === "eigenvalues") return progress(id, "eigenvalues", dataset.solved ?? 0);
    if (run) return progress(id, "reading", run.rows, run.rowsTotal);
    return progress(id, "unpacking", unpacked?.done, unpacked?.total);
  }

  #report(id: Id, { window, weights }: Job, study: Study): Said {
    const found = study.analysis(study.usual, 0);
    if (!found) return refused(id, sumsLetGo);
    if ("code" in found) return refused(id, found);
    const { first, last } = window ?? this.#workspace.defaultWindow;
    const report = found.report(first, last, weights ?? standardWeight);
    found.free();
    return { type: "eigenscope:report", id, report };
  }

  /** Now and then. A request has pinned the origin. */
  #tell(request: Request, said: Said & { type: "eigenscope:progress" }): void {
    const { told } = request;
    const at = performance.now();
    if (told?.stage === said.stage && at - told.at < PROGRESS_EVERY) return;
    request.told = { stage: said.stage, at };
    this.#say(said);
  }

  /** The last that is said of a request. */
  #close(id: Id, answer: Said): void {
    this.#requests.delete(id);
    this.#say(answer);
  }

  #say(said: Said, origin = this.#origin): void {
    if (origin) this.#parent.postMessage(said, origin);
  }
}

function refused(id: Id | null, { code, message }: Failure): Said {
  return { type: "eigenscope:refused", id, code, message };
}

function progress(
  id: Id,
  stage: Stage,
  done = 0,
  total = 1,
): Said & { type: "eigenscope:progress" } {
  return { type: "eigenscope:progress", id, stage, done, total };
}

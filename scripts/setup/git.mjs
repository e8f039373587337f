// git, for the tests that look at the files of the repository.

import { aptInstall } from "./apt.mjs";
import { attempt, Refusal } from "./step.mjs";

export async function git() {
  const works = async () => (await attempt("git", ["--version"])).code === 0;
  if (!(await works()) && !((await aptInstall(["git"])) && (await works()))) {
    throw new Refusal(
      "The tests need git: install it (on Debian, apt-get install git), then run this again.",
    );
  }
  const { code, output } = await attempt("git", ["rev-parse", "--is-inside-work-tree"]);
  if (code !== 0)
    throw new Refusal(`The tests need a git clone of the repository: ${output.trim()}`);
}

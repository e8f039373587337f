// What the tests have shown: counts, failures with how to run each alone, the slowest tests, the time of each tier.

/** How many of the slowest tests are printed. */
const slowest = 20;

export class Results {
  /** Each { tier, file, name, seconds, status: "passed" | "failed", words }. */
  #tests = [];
  #seconds = new Map();

  add(test) {
    this.#tests.push(test);
  }

  /** Runs a tier's work and notes how long it took. */
  async timed(tier, work) {
    const started = performance.now();
    try {
      return await work();
    } finally {
      const before = this.#seconds.get(tier) ?? 0;
      this.#seconds.set(tier, before + (performance.now() - started) / 1000);
    }
  }

  count(status, tier) {
    return this.#tests.filter((test) => test.status === status && (!tier || test.tier === tier))
      .length;
  }

  get isGreen() {
    return this.count("failed") === 0 && this.count("passed") > 0;
  }

  /** Everything a person wants to know at the end, the plain closing line last. */
  print() {
    const bySeconds = this.#tests.filter(({ seconds }) => seconds >= 0.5);
    bySeconds.sort((a, b) => b.seconds - a.seconds);
    if (bySeconds.length > 0) console.log("\nThe slowest tests:");
    for (const { tier, file, name, seconds } of bySeconds.slice(0, slowest))
      console.log(
        `${seconds.toFixed(1).padStart(8)} s  ${tier}  ${[file, name].filter(Boolean).join(": ")}`,
      );

    console.log("\nThe tiers:");
    for (const [tier, seconds] of this.#seconds) {
      const [passed, failed] = ["passed", "failed"].map((status) => this.count(status, tier));
      const counts = failed > 0 ? `${passed} passed, ${failed} failed` : `${passed} passed`;
      console.log(`${seconds.toFixed(0).padStart(8)} s  ${tier}  ${counts}`);
    }

    const failed = this.#tests.filter(({ status }) => status === "failed");
    if (failed.length > 0) console.log("\nFailed:");
    for (const { tier, file, name, words, alone } of failed) {
      console.log(`\n- ${tier}: ${[file, name].filter(Boolean).join(": ")}`);
      if (words) console.log(words.trimEnd().replaceAll(/^/gm, "    "));
      console.log(`  Run it alone: ${alone ?? `npm test -- ${tier}`}`);
    }
    console.log(`\n${this.count("passed")} passed, ${failed.length} failed`);
  }
}

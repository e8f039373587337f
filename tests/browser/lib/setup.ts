/**
 * One Chromium for all test files: each of vitest's workers connects to it, and each test has a context of its own. The browser tier has
 * Chromium's headless shell, the full tier the browser that people have.
 */

import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { sharedChromiumOptions } from "./launch.mjs";

declare module "vitest" {
  interface ProvidedContext {
    chromium: string;
  }
}

export default async function setup(project: TestProject) {
  const options = await sharedChromiumOptions({ whole: project.name === "full" });
  const server = await chromium.launchServer(options);
  project.provide("chromium", server.wsEndpoint());
  return () => server.close();
}

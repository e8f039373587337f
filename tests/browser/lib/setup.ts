/** One Chromium for all test files: each of vitest's workers connects to it, and each test has a context of its own. */

import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { chromiumOptions } from "./launch.mjs";

declare module "vitest" {
  interface ProvidedContext {
    chromium: string;
  }
}

export default async function setup(project: TestProject) {
  const server = await chromium.launchServer(await chromiumOptions());
  project.provide("chromium", server.wsEndpoint());
  return () => server.close();
}

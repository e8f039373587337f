/** Example data as a script; vite.config.ts makes these modules from the files in www/examples. */
declare module "virtual:example/*" {
  export const name: string;
  export const base64: string;
}

/** A wasm file as a script. */
declare module "virtual:wasm/*" {
  export const base64: string;
}

/** A stylesheet as text. */
declare module "*.css?inline" {
  const text: string;
  export default text;
}

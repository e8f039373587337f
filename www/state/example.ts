/**
 * The example that ships with the page. Its bytes travel in a script of their own, loaded on the
 * first click: after the page is sealed, scripts of the site itself are all that can be loaded.
 */
export async function loadExample(): Promise<File> {
  const { name, base64 } = await import("virtual:example/minilm_layer6_3000x384_f16.npy");
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return new File([bytes], name);
}

/** Styles as they stand inside a page. */
import { transform } from 'esbuild';

/** Minifies CSS for the browsers that can seal, with the campaign's colour in place of var(--colour). */
export async function smallCss(css: string, colour: string): Promise<string> {
  const { code } = await transform(css.replaceAll('var(--colour)', colour), {
    loader: 'css',
    minify: true,
    target: ['chrome66', 'safari12'],
  });
  return code.trim();
}

/** Styles as they stand inside a page. */
import { transform } from 'esbuild';

/** Minifies CSS for the browsers that can seal. */
export async function smallCss(css: string): Promise<string> {
  const { code } = await transform(css, {
    loader: 'css',
    minify: true,
    target: ['chrome66', 'safari12'],
  });
  return code.trim();
}

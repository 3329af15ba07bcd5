/**
 * What Vite needs to know of us: the campaign as a module, and the scripts of src/page as strings to
 * stand inside a page. Inline module scripts wait for the whole page; ours must run in half of one.
 */
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { minify } from 'terser';
import type { Plugin } from 'vite';
import type { Campaign } from '../signature/campaign.ts';

const campaignModule = 'virtual:campaign';
const scriptSuffix = '?inline-script';

/** `import { campaign } from 'virtual:campaign'`, in pages, Worker and page scripts alike. */
export function campaignPlugin(campaign: () => Campaign): Plugin {
  let developing = false;
  return {
    name: 'undersigned-campaign',
    configResolved: ({ command }) => {
      developing = command === 'serve';
    },
    resolveId: (id) => (id === campaignModule ? `\0${campaignModule}` : undefined),
    load: (id) =>
      id === `\0${campaignModule}`
        ? `export const campaign = ${JSON.stringify(campaign())}; export const developing = ${developing};`
        : undefined,
  };
}

/** Whether a module of Vite was made from the campaign, and is old once the content changes. */
export function madeFromCampaign(id: string): boolean {
  return id === `\0${campaignModule}` || id.endsWith(scriptSuffix);
}

/** `import script from '../page/sign.ts?inline-script'`: a classic script, minified, as a string. */
export function inlineScriptPlugin(constants: () => Record<string, unknown>): Plugin {
  return {
    name: 'undersigned-inline-script',
    enforce: 'pre',
    resolveId(id, importer) {
      if (!id.endsWith(scriptSuffix) || !importer) return undefined;
      return resolve(importer, '..', id);
    },
    async load(id) {
      if (!id.endsWith(scriptSuffix)) return undefined;
      const entry = id.slice(0, -scriptSuffix.length);
      const { code, inputs } = await bundleScript(entry, constants());
      for (const input of inputs) this.addWatchFile(resolve(input));
      return `export default ${JSON.stringify(code)};`;
    },
  };
}

/** Bundles and minifies one script of the page; constants replace the global names that they carry. */
export async function bundleScript(
  entry: string,
  constants: Record<string, unknown>,
): Promise<{ code: string; inputs: string[] }> {
  const first = entry.endsWith('sign.ts');
  const define = Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    external: ['./more.js'], // what a page loads later
    format: 'esm',
    target: first ? 'es2018' : 'es2020',
    charset: 'utf8',
    define,
    // Loaded when the form is touched; in a local build its address has no host in front.
  });
  const small = await minify(bundle.outputFiles[0]?.text ?? '', {
    ecma: 2018,
    module: true,
    toplevel: true,
    compress: {
      passes: 4,
      unsafe_arrows: true,
      unsafe_methods: true,
      booleans_as_integers: false,
      hoist_props: true,
      reduce_funcs: true,
    },
    mangle: true,
    format: { comments: false, ascii_only: true }, // a page must not hold a NUL
  });
  if (!small.code) throw new Error(`${entry} became an empty script`);
  // Classic scripts share their names: a block keeps some, a function all. The signing script, first on
  // its page and with no byte to spare, makes do with a block, since those after it leave nothing behind.
  const own = small.code.replace(/;$/, '');
  const code = first ? `{${own}}` : `(()=>{${own}})()`;
  if (/<\/script|<!--/i.test(code)) throw new Error(`${entry} would end its own script element`);
  return { code, inputs: Object.keys(bundle.metafile.inputs) };
}

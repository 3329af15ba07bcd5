/** What Decap CMS puts into the window of the form, as far as src/edit/page.ts uses it. */
export {};

declare global {
  /** Put in by `npm run edit`. */
  const PAGE_ORIGIN: string;

  interface DecapShown {
    entry: { get(name: 'path'): string };
    collection: { get(name: 'name'): string };
  }

  interface Window {
    CMS_MANUAL_INIT: boolean;
    CMS: {
      init(options: { config: unknown }): void;
      registerLocale(name: string, phrases: object): void;
      registerEventListener(listener: { name: string; handler: () => void }): void;
      registerPreviewTemplate(name: string, component: (shown: DecapShown) => unknown): void;
    };
    /** React's createElement. */
    h(element: string, properties: Record<string, unknown>): unknown;
  }
}

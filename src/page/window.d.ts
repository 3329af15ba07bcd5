/** What the signing script lends to the rest of the page; absent where it did nothing. */
interface Window {
  idHash?: Promise<string>;
  /** SHA-256 of a binary string, as base64url. */
  hash?: (binary: string) => Promise<string>;
  /** The last answer; without one nobody answered. Its count is absent where the number is not shown. */
  told?: { answer?: string; count?: string };
  /** What was sent last: what anybody may carry, and what only our own host may see. */
  sent?: [open: Record<string, unknown>, own: Record<string, unknown>];
  /** The number on the page. */
  count?: HTMLElement;
}

/** The form's fields by their names, and the place for news. */
interface Fields {
  level: RadioNodeList;
  name: HTMLInputElement;
  email: HTMLInputElement;
  country: HTMLInputElement;
  news: HTMLInputElement;
  status: HTMLOutputElement;
}

/** Elements of the page by their ids (html.spec.whatwg.org, named access on the Window object): few bytes. */
declare const form: HTMLFormElement & { elements: HTMLFormControlsCollection & Fields };
declare const failed: HTMLElement;
declare const after: HTMLTemplateElement;
declare const question: HTMLElement;
declare const no: HTMLElement;
declare const carry: HTMLTemplateElement;
declare const to: HTMLAnchorElement;
declare const by: HTMLElement;
declare const area: HTMLTextAreaElement;
declare const leave: HTMLAnchorElement;

/** The part of workerd's HTMLRewriter that we use. https://developers.cloudflare.com/workers/runtime-apis/html-rewriter/ */
interface RewrittenElement {
  readonly tagName: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): RewrittenElement;
  removeAttribute(name: string): RewrittenElement;
  setInnerContent(content: string, options?: { html?: boolean }): RewrittenElement;
  remove(): RewrittenElement;
}

declare class HTMLRewriter {
  on(selector: string, handlers: { element: (element: RewrittenElement) => void }): this;
  transform(response: Response): Response;
}

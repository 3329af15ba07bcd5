/**
 * The service worker that keeps the petition on a phone. Where no mirror is published it is the one that lets
 * go of what an earlier one kept: browsers ask for it again whenever the kept page is opened.
 */
import keep from '../page/keep-worker.ts?inline-script';
import letGo from '../page/let-go.ts?inline-script';
import { publishesMirror } from '../site/published-mirror.ts';

export const prerender = true;

export function GET(): Response {
  const script = publishesMirror() ? keep : letGo;
  return new Response(script, { headers: { 'content-type': 'text/javascript' } });
}

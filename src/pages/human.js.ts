/** The script that the campaign pages load when their form is first touched. */
import script from '../page/human.ts?inline-script';

export const prerender = true;

export function GET(): Response {
  return new Response(script, { headers: { 'content-type': 'text/javascript' } });
}

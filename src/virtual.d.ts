declare module 'virtual:campaign' {
  export const campaign: import('./signature/campaign.ts').Campaign;
  /** True for `npm run dev` alone, whose pages reload when something is edited. */
  export const developing: boolean;
}

declare module '*?inline-script' {
  const code: string;
  export default code;
}

declare module 'virtual:campaign' {
  export const campaign: import('./signature/campaign.ts').Campaign;
}

declare module '*?inline-script' {
  const code: string;
  export default code;
}

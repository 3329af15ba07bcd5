/** ISO day on which this edition of the mirror was made; build.ts fills it into its pages, EXPIRES too. */
declare const MADE: string;

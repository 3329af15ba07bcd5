/** How the report looks: in light, in dark, on a phone and on paper. */
export const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2126; --rule: #d5dade; --one: #0072b2; --two: #d98a00; --three: #009e73; --four: #cc79a7; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #eceff1; --rule: #3b444c; --one: #56b4e9; --two: #f0b429; --three: #2fc998; --four: #e29cc4; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 45rem; margin: auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { line-height: 1.2; }
h2 { margin: 2.5rem 0 0; }
.total b { font-size: 2.5rem; line-height: 1.2; }
.warning { padding-inline-start: 0.8rem; border-inline-start: 0.4rem solid var(--two); font-weight: 700; }
svg { display: block; max-width: 100%; height: auto; }
svg + svg { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 0 0 0.5rem; padding: 0; list-style: none; }
.legend i { display: inline-block; width: 0.7em; height: 0.7em; margin-inline-end: 0.4em; border: 2px solid; }
summary { padding: 0.5rem 0; cursor: pointer; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0.8rem 0.15rem 0; border-bottom: 1px solid var(--rule); text-align: start; font-weight: 400; }
thead th { font-weight: 700; }
.number { text-align: end; }
@media (max-width: 40rem) { svg { display: none; } svg + svg { display: block; } }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --rule: #bbb; --one: #0072b2; --two: #d98a00; --three: #009e73; --four: #cc79a7; }
  h2, h2 + p, .legend { break-after: avoid; }
  svg, tr, .warning { break-inside: avoid; }
  details:not([open]) { display: none; }
  .legend i { print-color-adjust: exact; }
  svg { display: block; }
  svg + svg { display: none; }
}
`;

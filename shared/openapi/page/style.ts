/** The page's whole style: for wide and narrow screens, in the light and in the dark, and on paper. No font, no image, no address. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #59636e; --line: #d5dae0; --tint: #f4f6f8; --link: #0a57c2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e7ec; --paper: #14171b; --faint: #9aa5b1; --line: #363d46; --tint: #1e2329; --link: #7db4ff; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); text-decoration: none; }
main a { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .2em; }
h3 a, h3 a code { text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
main:focus { outline: 0; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--paper); z-index: 1; }
.skip:focus { left: 0; }
nav { max-height: 40vh; overflow-y: auto; padding: 1rem 1.5rem; background: var(--tint); border-bottom: 1px solid var(--line); }
nav ul { margin: 0 0 .75rem; padding: 0; list-style: none; columns: 12rem; }
nav li { overflow-wrap: anywhere; font-size: .875rem; line-height: 1.7; }
nav h2 { margin: 0; font-size: .875rem; }
main { max-width: 60rem; padding: 1rem 1.5rem 6rem; }
h1 { margin: .5rem 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 3rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-size: 1.375rem; }
h3 { margin: 2.25rem 0 .25rem; font-size: 1.0625rem; overflow-wrap: anywhere; }
h4 { margin: 1.25rem 0 .25rem; font-size: .9375rem; }
p { margin: .5rem 0; }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
td code, p code, li code { overflow-wrap: anywhere; }
pre { overflow-x: auto; margin: .5rem 0; padding: .75rem 1rem; background: var(--tint); border: 1px solid var(--line); border-radius: .375rem; }
small, .name, .access { color: var(--faint); font-size: .8125rem; }
.access { padding: .0625rem .5rem; border: 1px solid var(--line); border-radius: 1rem; white-space: nowrap; }
.name { margin-bottom: 0; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th { font-weight: 600; white-space: nowrap; }
th, td { padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td:first-child { width: 1%; min-width: 4rem; }
td:first-child code { white-space: nowrap; }
td:first-child small { display: block; }
td ul { margin: .25rem 0; padding-left: 1.25rem; }
section:target > h3 { background: var(--tint); box-shadow: 0 0 0 .375rem var(--tint); }
@media (min-width: 64rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
  nav ul { columns: auto; }
  nav { position: sticky; top: 0; height: 100vh; max-height: none; border-right: 1px solid var(--line); border-bottom: 0; }
  main { padding-left: 3rem; }
}
@media (max-width: 40rem) {
  main, nav { padding-left: 1rem; padding-right: 1rem; }
  thead { display: none; }
  tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td, td:first-child { display: block; width: auto; padding: 0; border: 0; }
  td:first-child code { white-space: normal; font-weight: 600; }
  td:first-child small { display: inline; }
}
@media print {
  nav, .skip { display: none; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  section { break-inside: avoid; }
  details > *:not(summary) { display: block; }
}
`;

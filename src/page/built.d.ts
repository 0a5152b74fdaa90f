// What the build puts into the bundles of the page (tools/build/page.ts).

declare module 'replay:iced' {
  /** The part of iced-x86 that the page uses, on its compiled module. */
  export const startIced: (compiled: WebAssembly.Module) => import('../decoder/iced/iced-namespace.ts').IcedNamespace;
}

declare module 'replay:assets' {
  /** What a report file holds beside its reports. */
  export const assets: import('../frontends/report/document.tsx').ReportAssets;
}

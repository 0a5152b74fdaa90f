// The package keeps its own declarations where its `exports` hide them; the shape that is used is in capstone-text.ts.

declare module 'capstone-wasm' {
  const namespace: import('./capstone-text.ts').CapstoneNamespace;
  export = namespace;
}

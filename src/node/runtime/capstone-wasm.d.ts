// The package keeps its own declarations where its `exports` hide them; the shape that is used is in decoder/listing/capstone-text.ts.

declare module 'capstone-wasm' {
  const namespace: import('../../decoder/listing/capstone-text.ts').CapstoneNamespace;
  export = namespace;
}

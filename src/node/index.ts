// Public interface of the package under Node.

export * from '../index.ts';
export { loadParts } from './runtime/load-parts.ts';

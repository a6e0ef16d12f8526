/**
 * What the preview engine draws with, in WebAssembly. Everything is an address in one shared memory, which is given 64 bytes
 * beyond each thing to read and write past its end; there are no data of its own, so any number of threads may run it.
 */
export * from './rows';
export * from './warp';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// `npm run dev`: where the desk is, such as ASSAY_DESK=http://127.0.0.1:8080.
const desk = process.env.ASSAY_DESK ?? 'http://127.0.0.1:8080';
// The desk refuses pages of another origin; a proxy on this machine speaks as the desk's own.
const proxied = {
  target: desk,
  changeOrigin: true,
  headers: { origin: desk },
};
const proxy = {
  '/api': proxied,
  '/openapi.yaml': proxied,
};

export default defineConfig({
  plugins: [svelte()],
  base: './',
  server: { host: '127.0.0.1', proxy },
  preview: { host: '127.0.0.1', proxy },
  build: {
    target: 'es2022',
    // Fonts stay files: a data: URL would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});

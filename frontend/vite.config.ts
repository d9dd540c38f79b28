import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";
import { withFallbacks } from "./lowering.ts";

const version = (major: number, minor = 0): number => (major << 16) | (minor << 8);

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [tailwindcss(), withFallbacks()],
  css: {
    transformer: "lightningcss",
    // Chromium 92 stands here so that what it can read, it does; the promise is 103 and iOS 15.4.
    lightningcss: { targets: { chrome: version(92), safari: version(15, 4), ios_saf: version(15, 4) } },
  },
  build: {
    outDir: "../src/linli/web/static/dist",
    emptyOutDir: true,
    target: ["chrome92", "safari15.4"],
    cssMinify: "lightningcss",
    cssTarget: ["chrome92", "safari15.4"],
    modulePreload: false,
    // The map is the largest part (MapLibre), and only map pages load it.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      // The worker is a file of our own: the content policy lets workers come from nowhere else.
      input: {
        app: "src/app.ts",
        map: "src/map.ts",
        "map-worker": "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs",
        field: "src/field/main.ts",
        "field-worker": "src/field/worker.ts",
        taps: "src/taps/main.ts",
        "taps-worker": "src/taps/worker.ts",
      },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});

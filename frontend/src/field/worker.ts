/** The service worker: the app opens without the net. It keeps the app alone, and never an answer about anybody. */
interface Said {
  version: string;
  kept: string[];
}

interface WorkerScope {
  LINLI: Said;
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", does: (event: { waitUntil(until: Promise<unknown>): void }) => void): void;
  addEventListener(kind: "fetch", does: (event: { request: Request; respondWith(reply: Promise<Response>): void }) => void): void;
}

const scope = self as unknown as WorkerScope;
const { version, kept } = scope.LINLI;
const PREFIX = "linli-field-";
const here = PREFIX + version;

scope.addEventListener("install", (event) => {
  // Past the browser's own cache, or a new worker would keep old parts.
  const fresh = kept.map((address) => new Request(address, { cache: "reload" }));
  event.waitUntil(caches.open(here).then((cache) => cache.addAll(fresh)).then(() => scope.skipWaiting()));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== here).map((name) => caches.delete(name))))
      .then(() => scope.clients.claim()),
  );
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || !kept.includes(pathname)) return;
  event.respondWith(caches.match(pathname, { cacheName: here }).then((found) => found ?? fetch(request)));
});

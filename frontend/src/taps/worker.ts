/** The service worker of posts: where no answer comes, one page of nobody's stands for them. It keeps no other. */
export {};

interface WorkerScope {
  LINLI: { version: string; page: string; parts: string[] };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", does: (event: { waitUntil(until: Promise<unknown>): void }) => void): void;
  addEventListener(kind: "fetch", does: (event: { request: Request; respondWith(reply: Promise<Response>): void }) => void): void;
}

const scope = self as unknown as WorkerScope;
const { version, page, parts } = scope.LINLI;
const PREFIX = "linli-post-";
const here = PREFIX + version;
const PATIENCE_MS = 8000;
const AWAY = [502, 503, 504];

scope.addEventListener("install", (event) => {
  // Past the browser's own cache, and as nobody.
  const fresh = [page, ...parts].map((address) => new Request(address, { cache: "reload", credentials: "omit" }));
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
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (parts.includes(pathname + search)) event.respondWith(kept(pathname + search).then((found) => found ?? fetch(request)));
  else if (request.mode === "navigate") event.respondWith(opened(request));
});

const kept = (address: string): Promise<Response | undefined> => caches.match(address, { cacheName: here });

/** The page as the server has it; without an answer, or where none is there behind the gate, the kept one. */
async function opened(request: Request): Promise<Response> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS));
  const reply = await Promise.race([fetch(request).catch(() => undefined), late]);
  if (reply && !AWAY.includes(reply.status)) return reply;
  return (await kept(page)) ?? reply ?? Response.error();
}

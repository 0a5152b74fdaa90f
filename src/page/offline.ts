// The service worker: after one visit the page opens without a network. The build puts the names of its files and their hash in place of
// these two constants, so that a new build is another script, and takes the place of the old one.

declare const PAGE_FILES: readonly string[];
declare const PAGE_HASH: string;

interface ServiceEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const NAME = `replay-${PAGE_HASH}`;

self.addEventListener('install', (event) => {
  (event as ServiceEvent).waitUntil(caches.open(NAME).then((cache) => cache.addAll([...PAGE_FILES])));
});

self.addEventListener('activate', (event) => {
  const dropOld = async () => {
    for (const name of await caches.keys()) if (name.startsWith('replay-') && name !== NAME) await caches.delete(name);
  };
  (event as ServiceEvent).waitUntil(dropOld());
});

self.addEventListener('fetch', (event) => {
  const { request, respondWith } = event as ServiceEvent;
  if (request.method !== 'GET') return;
  respondWith.call(
    event,
    caches
      .open(NAME)
      .then((cache) => cache.match(request, { ignoreSearch: true }))
      .then((kept) => kept ?? fetch(request)),
  );
});

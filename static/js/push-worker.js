// Run by the browser when it is rung: shows one sentence, and opens its page when that is pressed. Keeps no page, answers no request.
addEventListener("push", (event) => {
  const { title, url, tag } = event.data.json();
  event.waitUntil(registration.showNotification(title, { tag, data: { url } }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, location.origin);
  if (url.origin === location.origin) event.waitUntil(lead(url.href));
});

async function lead(url) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url === url);
  return there ? there.focus() : clients.openWindow(url);
}

// Whoever meets this page is signed out. A sign-in may have ended by itself, so what the sheets' worker keeps goes here: names of other
// people. Marks that wait to be sent hold no name and stay for whoever made them (sheet.js).
globalThis.caches?.delete("sheets-1").catch(() => {});

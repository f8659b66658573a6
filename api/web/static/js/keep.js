// What stays on this phone until sign-out: drafts with their files, and the last report. One database, one key-value store.

const NAME = "credit-window";
let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opening = null;
      };
      resolve(request.result);
    };
    request.onerror = () => {
      opening = null;
      reject(request.error);
    };
  });
  return opening;
}

async function run(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("kept", mode);
    const request = work(transaction.objectStore("kept"));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

// A private window may have no database: the page then works without keeping anything.
const quietly = async (work, otherwise) => {
  try {
    return await work();
  } catch {
    return otherwise;
  }
};

export const keep = {
  get: (key) => quietly(() => run("readonly", (store) => store.get(key)), undefined),
  put: (key, value) => quietly(() => run("readwrite", (store) => store.put(value, key)), undefined),
  drop: (key) => quietly(() => run("readwrite", (store) => store.delete(key)), undefined),
  list: (prefix) =>
    quietly(() => run("readonly", (store) => store.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`))), []),
  wipe: () => quietly(() => run("readwrite", (store) => store.clear()), undefined),
};

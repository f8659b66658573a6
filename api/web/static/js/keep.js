// What stays on this phone until sign-out: drafts with their files, and the report where its person wants that. One database,
// one key-value store. Everything in it is sealed by a key that no script can read, which goes with the rest at a sign-out.

const NAME = "credit-window";
const KEY = "key";
const FILE = "cw.file";
let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = () => {
      const database = request.result;
      if (database.objectStoreNames.contains("kept")) database.deleteObjectStore("kept"); // unsealed, of the version before
      database.createObjectStore("kept");
    };
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

// Asked for each time: another tab may have signed out, and what its key sealed is to stay shut.
async function keyOf({ isMade } = {}) {
  const there = () => run("readonly", (store) => store.get(KEY));
  const found = await there();
  if (found || !isMade) return found;
  const itself = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const made = { id: crypto.randomUUID(), itself };
  await run("readwrite", (store) => store.add(made, KEY)).catch(() => null); // another tab was first
  return there();
}

const seal = async (key, bytes) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key.itself, bytes) };
};
const unseal = (key, { iv, sealed }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key.itself, sealed);

// A draft is kept at each letter that is written; its photographs are sealed once.
const photographs = new WeakMap();
function sealOnce(key, file) {
  let once = photographs.get(file);
  if (once?.by !== key.id) {
    once = { by: key.id, done: file.arrayBuffer().then((bytes) => seal(key, bytes)) };
    photographs.set(file, once);
  }
  return once.done;
}

// As it is now: what is written while it is being sealed comes with the next.
function taken(value) {
  const files = [];
  const text = JSON.stringify(value, (_, one) =>
    one instanceof Blob ? { [FILE]: files.push(one) - 1, name: one.name, type: one.type } : one,
  );
  return { text, files };
}

async function opened(key, { words, files }, { withFiles = true } = {}) {
  const bytes = withFiles ? await Promise.all(files.map((file) => unseal(key, file))) : [];
  return JSON.parse(new TextDecoder().decode(await unseal(key, words)), (_, one) => {
    if (one?.[FILE] === undefined) return one;
    if (!withFiles) return null;
    const { name, type } = one;
    const made = name ? new File([bytes[one[FILE]]], name, { type }) : new Blob([bytes[one[FILE]]], { type });
    photographs.set(made, { by: key.id, done: Promise.resolve(files[one[FILE]]) });
    return made;
  });
}

// One after the other, as they were asked for. A private window may have no database, an address without TLS no keys: the page
// then works without keeping anything.
let last = Promise.resolve();
const inTurn = (work, otherwise) => {
  last = last.then(work).catch(() => otherwise);
  return last;
};

export const keep = {
  get: (name) =>
    inTurn(async () => {
      const key = await keyOf();
      const kept = key && (await run("readonly", (store) => store.get(name)));
      return kept ? opened(key, kept) : undefined;
    }),
  put: (name, value) => {
    const { text, files } = taken(value);
    return inTurn(async () => {
      const key = await keyOf({ isMade: true });
      const words = await seal(key, new TextEncoder().encode(text));
      const sealed = await Promise.all(files.map((file) => sealOnce(key, file)));
      return run("readwrite", (store) => store.put({ words, files: sealed }, name));
    });
  },
  drop: (name) => inTurn(() => run("readwrite", (store) => store.delete(name))),
  has: (name) => inTurn(async () => Boolean(await run("readonly", (store) => store.getKey(name))), false),
  // Without their files.
  list: (prefix) =>
    inTurn(async () => {
      const key = await keyOf();
      const found = await run("readonly", (store) => store.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
      return key ? Promise.all(found.map((kept) => opened(key, kept, { withFiles: false }))) : [];
    }, []),
  wipe: () => inTurn(() => run("readwrite", (store) => store.clear())),
};

// @ts-check
/** What one device in this browser must not forget: its numbering, what it still has to say, what it saw last. */

/**
 * @typedef {object} Entry
 * @property {string} id made here, once
 * @property {string} device
 * @property {number} boot 0: not numbered for the floor yet
 * @property {number} seq
 * @property {string} kind
 * @property {object} body
 * @property {number} sent_at
 * @property {string} label for the person: what this is about
 * @property {"saved" | "refused"} state
 * @property {number} tries
 * @property {any} [answer] why it was refused
 */

/** @typedef {{device: string, boot: number, seq: number}} Numbering */
/** @typedef {{numbering: IDBObjectStore, entries: IDBObjectStore, seen: IDBObjectStore}} Stores */

const RELEASE = 2;
const STORES = [
  ["numbering", "device"],
  ["entries", ["device", "boot", "seq"]],
  ["seen", "page"],
];

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("shopfloor", RELEASE);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of STORES) {
        const known = request.result.objectStoreNames.contains(String(name));
        if (!known) request.result.createObjectStore(String(name), { keyPath });
      }
    };
    request.onsuccess = () => {
      // another tab brings a newer release, or somebody wipes the storage: the next one to need it opens it again
      request.result.onversionchange = () => request.result.close();
      request.result.onclose = () => (opened = undefined);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

/**
 * One transaction: what `work` hands over is given back when all of it is on the disk.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(stores: Stores, done: (value: T) => void) => void} work
 * @returns {Promise<T>}
 */
async function transact(mode, work) {
  try {
    return await once(mode, work);
  } catch (fault) {
    if (!(fault instanceof DOMException) || fault.name !== "InvalidStateError") throw fault;
    opened = undefined; // it was closed under our hands
    return once(mode, work);
  }
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(stores: Stores, done: (value: T) => void) => void} work
 * @returns {Promise<T>}
 */
async function once(mode, work) {
  opened ??= open();
  opened.catch(() => (opened = undefined));
  const database = await opened;
  return new Promise((resolve, reject) => {
    // @ts-ignore - the third argument is newer than the checker's library
    const transaction = database.transaction(["numbering", "entries", "seen"], mode, { durability: "strict" });
    /** @type {T} */
    let found;
    transaction.oncomplete = () => resolve(found);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    const store = (/** @type {string} */ name) => transaction.objectStore(name);
    work({ numbering: store("numbering"), entries: store("entries"), seen: store("seen") }, (value) => (found = value));
  });
}

/**
 * @param {string} device
 * @returns {IDBKeyRange}
 */
function allOf(device) {
  return IDBKeyRange.bound([device], [device, []]);
}

// ── numbers and entries ─────────────────────────────────────────────────────────────────────────

/**
 * @param {string} device
 * @returns {Promise<Numbering | undefined>}
 */
export function numberingOf(device) {
  return transact("readonly", ({ numbering }, done) => {
    const request = numbering.get(device);
    request.onsuccess = () => done(request.result);
  });
}

/**
 * Count under this boot from now on, unless a newer one is known. What was kept without one gets its number.
 * @param {string} device
 * @param {number} boot
 * @returns {Promise<number>} the boot that counts
 */
export function begin(device, boot) {
  return transact("readwrite", ({ numbering, entries }, done) => {
    const request = numbering.get(device);
    request.onsuccess = () => {
      const known = /** @type {Numbering | undefined} */ (request.result);
      done(Math.max(boot, known?.boot ?? 0));
      if (known !== undefined && known.boot >= boot) return;
      const unnumbered = known?.boot === 0 ? known.seq : 0;
      numbering.put({ device, boot, seq: unnumbered });
      if (unnumbered) renumber(entries, device, boot);
    };
  });
}

/**
 * Keeps the order in which they were said.
 * @param {IDBObjectStore} entries
 * @param {string} device
 * @param {number} boot
 */
function renumber(entries, device, boot) {
  const request = entries.openCursor(IDBKeyRange.bound([device, 0], [device, 0, []]));
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor === null) return;
    entries.add({ ...cursor.value, boot });
    cursor.delete();
    cursor.continue();
  };
}

/**
 * The floor has refused its number: it gets the next one of the boot that counts now, and stays what it is.
 * @param {Entry} entry
 * @returns {Promise<void>}
 */
export function numberAgain(entry) {
  return transact("readwrite", ({ numbering, entries }) => {
    const { device, boot, seq } = entry;
    const request = entries.get([device, boot, seq]);
    request.onsuccess = () => {
      if (request.result === undefined) return; // another tab has done it
      const counting = numbering.get(device);
      counting.onsuccess = () => {
        const next = { ...counting.result, seq: counting.result.seq + 1 };
        numbering.put(next);
        entries.delete([device, boot, seq]);
        entries.add({ ...request.result, boot: next.boot, seq: next.seq });
      };
    };
  });
}

/**
 * Number this and keep it, in one step: after this it will be sent, whatever happens to the page.
 * @param {string} device
 * @param {Pick<Entry, "id" | "kind" | "body" | "sent_at" | "label">} said
 * @returns {Promise<Entry>}
 */
export function keep(device, said) {
  return transact("readwrite", ({ numbering, entries }, done) => {
    const request = numbering.get(device);
    request.onsuccess = () => {
      const { boot, seq } = request.result ?? { boot: 0, seq: 0 };
      /** @type {Entry} */
      const entry = { ...said, device, boot, seq: seq + 1, state: "saved", tries: 0 };
      numbering.put({ device, boot, seq: seq + 1 });
      entries.add(entry);
      done(entry);
    };
  });
}

/**
 * Everything that this device still has to say or that was refused, oldest first.
 * @param {string} device
 * @returns {Promise<Entry[]>}
 */
export function kept(device) {
  return transact("readonly", ({ entries }, done) => {
    const request = entries.getAll(allOf(device));
    request.onsuccess = () => done(request.result);
  });
}

/**
 * Only what is still there: another tab may have been told that it is done.
 * @param {Entry} entry
 * @returns {Promise<void>}
 */
export function update(entry) {
  return transact("readwrite", ({ entries }) => {
    const request = entries.getKey([entry.device, entry.boot, entry.seq]);
    request.onsuccess = () => {
      if (request.result !== undefined) entries.put(entry);
    };
  });
}

/**
 * @param {Entry} entry
 * @returns {Promise<void>}
 */
export function remove(entry) {
  return transact("readwrite", ({ entries }) => {
    entries.delete([entry.device, entry.boot, entry.seq]);
  });
}

// ── the last picture ────────────────────────────────────────────────────────────────────────────

/**
 * For the next time that the page opens without a connection.
 * @param {string} page
 * @param {object} seen
 * @returns {Promise<void>}
 */
export function remember(page, seen) {
  return transact("readwrite", (stores) => {
    stores.seen.put({ page, seen });
  });
}

/**
 * @param {string} page
 * @returns {Promise<any>}
 */
export function recall(page) {
  return transact("readonly", (stores, done) => {
    const request = stores.seen.get(page);
    request.onsuccess = () => done(request.result?.seen);
  });
}

/** `localStorage` that may be missing, full or forbidden (a sandboxed frame): then nothing is kept. */
export function readStored<Value>(name: string): Value | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

/** @param value null: forget it */
export function store(name: string, value: object | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Kept nowhere.
  }
}

// What is typed and not yet saved, kept on this computer until the server has it.
const DAYS = 7 * 24 * 3600 * 1000;

export default function (base) {
  const prefix = `bedside.content ${base} `;

  function store(deed) {
    try {
      return deed(localStorage);
    } catch {
      return null; // A browser that keeps nothing: the page still asks before it is left.
    }
  }

  function keep(form) {
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const kept = JSON.stringify({ at: Date.now(), action: form.getAttribute("action"), fields });
    store((there) => there.setItem(prefix + form.dataset.save, kept));
  }

  function dropKey(key) {
    store((there) => there.removeItem(prefix + key));
  }

  function left() {
    const keys = store((there) => Object.keys(there).filter((key) => key.startsWith(prefix))) ?? [];
    return keys.flatMap((key) => {
      const { at, action, fields } = JSON.parse(localStorage.getItem(key));
      if (Date.now() - at > DAYS) {
        localStorage.removeItem(key);
        return [];
      }
      const said = new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      return [{ key: key.slice(prefix.length), at: said, action, fields }];
    });
  }

  return { keep, drop: (form) => dropKey(form.dataset.save), dropKey, left };
}

// A page that waits for something: it looks by itself, and says what changed.

const LOOK_AGAIN = 1500;
const WITHOUT_STREAM = 10000;

function say(sentence) {
  const spoken = document.getElementById("spoken");
  if (spoken) spoken.textContent = sentence;
}

// Wait until a campaign has another status, then show the page anew.
function waiting() {
  return {
    init() {
      const { address, status } = this.$el.dataset;
      const look = async () => {
        try {
          const answer = await fetch(address);
          if (answer.ok && (await answer.text()) !== status) {
            location.reload();
            return;
          }
        } catch {
          // The next look may get through.
        }
        this.timer = setTimeout(look, LOOK_AGAIN);
      };
      this.timer = setTimeout(look, LOOK_AGAIN / 3);
    },
    destroy() {
      clearTimeout(this.timer);
    },
  };
}

// Follow a campaign while it goes out; a window that nobody looks at follows nothing.
function live() {
  return {
    init() {
      this.seen = () => (document.hidden ? this.stop() : this.follow());
      document.addEventListener("visibilitychange", this.seen);
      this.seen();
    },
    destroy() {
      document.removeEventListener("visibilitychange", this.seen);
      this.stop();
    },
    stop() {
      clearTimeout(this.timer);
      this.source?.close();
      this.source = null;
    },
    follow() {
      this.stop();
      const source = (this.source = new EventSource(this.$el.dataset.address));
      source.addEventListener("figures", (event) => {
        document.getElementById("live-figures").innerHTML = event.data;
      });
      source.addEventListener("state", (event) => this.arrived(event.data));
      source.addEventListener("over", () => this.stop());
      source.onerror = () => {
        if (source.readyState === EventSource.CLOSED) {
          this.timer = setTimeout(() => this.refresh().then(() => this.follow()), WITHOUT_STREAM);
        }
      };
    },
    arrived(state) {
      if (state === this.$el.dataset.state) return;
      this.$el.dataset.state = state;
      this.refresh();
    },
    async refresh() {
      const answer = await fetch(location.href).catch(() => null);
      if (!answer?.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of [".campaign-head", "#live-state", "#live-figures", "#live-deeds"]) {
        const [old, next] = [document.querySelector(part), fresh.querySelector(part)];
        if (!old || !next) continue;
        const had = old.contains(document.activeElement);
        const typed = old.querySelector("[name=reason]");
        const field = next.querySelector("[name=reason]");
        const wasTyping = typed !== null && typed === document.activeElement;
        old.replaceWith(next);
        if (typed && field) field.value = typed.value;
        if (had) (wasTyping && field ? field : document.getElementById("live-state")).focus();
      }
      say(document.querySelector("#live-state .notice-title")?.textContent ?? "");
    },
  };
}

export default function (Alpine) {
  Alpine.data("waiting", waiting);
  Alpine.data("live", live);
}

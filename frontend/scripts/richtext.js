// <rich-text>: bold, italic, links and lists over the text area within, which serves alone without it.
import { Editor, Mark } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { Document } from "@tiptap/extension-document";
import { Italic } from "@tiptap/extension-italic";
import { BulletList, ListItem, OrderedList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Text } from "@tiptap/extension-text";
import { UndoRedo } from "@tiptap/extensions";

const DEEDS = [
  ["bold", "Bold", (chain) => chain.toggleBold(), "bold"],
  ["italic", "Italic", (chain) => chain.toggleItalic(), "italic"],
  ["link", "Link", null, "link"],
  ["bullets", "List", (chain) => chain.toggleBulletList(), "bulletList"],
  ["numbers", "Numbered list", (chain) => chain.toggleOrderedList(), "orderedList"],
];
const LEADS_SOMEWHERE = /^(https?:\/\/|mailto:|tel:)\S+$/i;

// A link is an address and nothing else: no target, no class, no guessing while one types.
const Link = Mark.create({
  name: "link",
  inclusive: false,
  addAttributes: () => ({ href: { default: null, parseHTML: (element) => element.getAttribute("href") } }),
  parseHTML: () => [{ tag: "a[href]", getAttrs: (element) => (LEADS_SOMEWHERE.test(element.getAttribute("href")) ? null : false) }],
  renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
});

function made(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function icon(name) {
  const sprite = document.querySelector("svg.icon use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

function address(typed) {
  const tidy = typed.trim();
  if (!tidy || LEADS_SOMEWHERE.test(tidy)) return tidy;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(tidy)) return `mailto:${tidy}`;
  return /^[^\s/]+\.[^\s]+$/.test(tidy) ? `https://${tidy}` : null;
}

export class RichText extends HTMLElement {
  connectedCallback() {
    if (!this.editor && !this.hasAttribute("data-plain")) this.begin();
  }

  disconnectedCallback() {
    // A form that is only put elsewhere in the page keeps its editor.
    setTimeout(() => {
      if (!this.isConnected) this.editor?.destroy();
    });
  }

  begin() {
    this.plain = this.querySelector("textarea");
    const name = this.dataset.name;
    const was = this.querySelector(`input[name="${CSS.escape(name)}~was"]`);
    this.rich = made("input", { type: "hidden", name: `${name}~rich` });
    this.words = made("div", { class: "rich-words" });
    this.names = this.namesBox();
    this.bar = this.toolbar();
    this.box = this.linkBox();
    this.plain.hidden = this.plain.disabled = true;
    this.querySelector(".signs")?.remove();
    this.append(this.bar, this.names, this.box, this.words, this.rich);
    this.editor = new Editor({
      element: this.words,
      injectCSS: false,
      content: was.value,
      extensions: [
        Document, Paragraph, Text, Bold, Italic, BulletList, OrderedList, UndoRedo,
        ListItem.extend({ content: "paragraph" }),
        Link,
      ],
      editorProps: { attributes: this.named() },
      onUpdate: () => this.changed(),
      onTransaction: () => this.pressed(),
    });
    this.rich.value = this.html();
    document.getElementById(this.dataset.label)?.addEventListener("click", () => this.focusWords());
  }

  named() {
    const described = this.plain.getAttribute("aria-describedby");
    return {
      role: "textbox",
      "aria-multiline": "true",
      "aria-labelledby": this.dataset.label,
      dir: "auto",
      ...(described ? { "aria-describedby": described } : {}),
    };
  }

  toolbar() {
    const bar = made("div", { class: "rich-bar", role: "group", "aria-label": "Formatting" });
    this.buttons = DEEDS.map(([look, label, deed, mark]) => {
      const button = made("button", { type: "button", class: "button quiet square", "aria-label": label, title: label, "aria-pressed": "false" }, icon(look));
      button.addEventListener("click", () => {
        if (deed) deed(this.editor.chain().focus()).run();
        else this.askForLink();
      });
      bar.append(button);
      return [button, mark];
    });
    if (this.names.childElementCount) bar.append(this.opener);
    this.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.askForLink();
      }
    });
    return bar;
  }

  // The names that the page says can be filled in, to be put where one is writing.
  namesBox() {
    const box = made("div", { class: "rich-names", role: "group", "aria-label": "Names that are filled in", hidden: "" });
    for (const each of document.querySelectorAll(".names [data-insert]")) {
      const words = each.dataset.insert;
      const meaning = each.querySelector(".unseen").textContent.trim();
      const button = made("button", { type: "button", class: "button plain small", title: words }, meaning);
      button.addEventListener("click", () => {
        this.showNames(false);
        this.insert(words);
      });
      box.append(button);
    }
    this.opener = made("button", { type: "button", class: "button quiet small", "aria-expanded": "false" }, "Insert a name");
    this.opener.addEventListener("click", () => this.showNames(box.hidden));
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.showNames(false);
      this.opener.focus();
    });
    return box;
  }

  showNames(isOpen) {
    this.names.hidden = !isOpen;
    this.opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.names.querySelector("button").focus();
  }

  linkBox() {
    const id = `${this.plain.id}-link`;
    this.where = made("input", { id, type: "text", inputmode: "url", autocomplete: "off", placeholder: "https://example.com/page" });
    this.refusal = made("p", { class: "error", id: `${id}-error`, hidden: "" });
    const set = made("button", { type: "button", class: "button plain small" }, "Set link");
    const drop = made("button", { type: "button", class: "button quiet small" }, "No link");
    set.addEventListener("click", () => this.setLink());
    drop.addEventListener("click", () => this.closeLink((chain) => chain.extendMarkRange("link").unsetMark("link")));
    const box = made("div", { class: "rich-link", hidden: "" }, made("label", { for: id }, "Where the link leads"), this.where, this.refusal, made("div", { class: "row" }, set, drop));
    for (const kind of ["input", "change"]) box.addEventListener(kind, (event) => event.stopPropagation());
    this.where.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.setLink();
      else if (event.key === "Escape") this.closeLink();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return box;
  }

  askForLink() {
    this.where.value = this.editor.getAttributes("link").href ?? "";
    this.refuse("");
    this.box.hidden = false;
    this.where.focus();
  }

  setLink() {
    const href = address(this.where.value);
    if (href === null) return this.refuse("Type a whole web address, such as https://example.com/page.");
    if (!href) return this.closeLink((chain) => chain.extendMarkRange("link").unsetMark("link"));
    const { empty } = this.editor.state.selection;
    const isNew = empty && !this.editor.isActive("link");
    this.closeLink((chain) =>
      isNew
        ? chain.insertContent({ type: "text", text: this.where.value.trim(), marks: [{ type: "link", attrs: { href } }] })
        : chain.extendMarkRange("link").setMark("link", { href }),
    );
  }

  refuse(sentence) {
    this.refusal.textContent = sentence;
    this.refusal.hidden = !sentence;
    this.where.toggleAttribute("aria-invalid", Boolean(sentence));
    if (sentence) this.where.setAttribute("aria-describedby", this.refusal.id);
  }

  closeLink(deed) {
    this.box.hidden = true;
    const chain = this.editor.chain().focus();
    (deed ? deed(chain) : chain).run();
  }

  html() {
    return this.editor.isEmpty ? "" : this.editor.getHTML();
  }

  changed() {
    this.rich.value = this.html();
    this.rich.dispatchEvent(new Event("input", { bubbles: true }));
  }

  pressed() {
    for (const [button, mark] of this.buttons ?? []) {
      button.setAttribute("aria-pressed", String(Boolean(this.editor?.isActive(mark))));
    }
  }

  insert(text) {
    this.editor.chain().focus().insertContent({ type: "text", text }).run();
  }

  focusWords() {
    this.editor?.commands.focus();
  }
}

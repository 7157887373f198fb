// Rich text, loaded where the first text of a block is opened.
import { RichText } from "./scripts/richtext.js";

customElements.define("rich-text", RichText);

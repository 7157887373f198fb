// What only the content step of a campaign loads: blocks edited in place, and seen beside.
import content from "./scripts/content.js";

content(document.querySelector("[data-content]"));

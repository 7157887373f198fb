// What every page of the desk loads: htmx for parts of pages, Alpine for small behaviour.
import "htmx.org/dist/htmx.esm.js";
import Alpine from "@alpinejs/csp";
import sort from "@alpinejs/sort";
import brand from "./scripts/brand.js";
import copy from "./scripts/copy.js";
import campaigns from "./scripts/campaigns.js";
import live from "./scripts/live.js";
import menu from "./scripts/menu.js";

const areas = [brand, copy, campaigns, menu, live];

Alpine.plugin(sort);
for (const register of areas) register(Alpine);
window.Alpine = Alpine;
Alpine.start();

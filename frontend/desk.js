// What every page of the desk loads: Alpine for small behaviour.
import Alpine from "@alpinejs/csp";
import brand from "./scripts/brand.js";
import copy from "./scripts/copy.js";
import campaigns from "./scripts/campaigns.js";
import live from "./scripts/live.js";
import menu from "./scripts/menu.js";

const areas = [brand, copy, campaigns, menu, live];

for (const register of areas) register(Alpine);
window.Alpine = Alpine;
Alpine.start();

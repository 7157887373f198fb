// For pages that fetch parts of themselves: htmx. A page loads it in its block `scripts`.
import "htmx.org/dist/htmx.esm.js";

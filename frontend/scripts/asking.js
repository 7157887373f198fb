// How the content step asks: for a piece of the page, or to keep what nobody pressed to keep.
export const PART = { "HX-Request": "true", "HX-Request-Type": "partial" };
export const UNASKED = { "HX-Request": "true", "X-Autosave": "1" };

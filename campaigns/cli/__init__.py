"""Each step from a shell: `bedside NOUN VERB`, for people, and with `--json` for scripts."""

"""A whole message from another tool: read, cleaned, its merge fields made ours."""

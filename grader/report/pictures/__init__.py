"""The pictures of the pages, as small inline SVG."""

"""The offline site: pages and the browser's search index, made from the catalogue and the text store."""

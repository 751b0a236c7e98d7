"""One module a foreign format that manifests are written in."""

"""The `manifest` command: look at manifests, check them, get rejects back."""

"""Pages of the templates: what there is to fill in, and loading what came back."""

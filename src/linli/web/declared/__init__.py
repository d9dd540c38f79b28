"""Pages made from the declarations: the notice to residents, the record of processing, the impact assessment."""

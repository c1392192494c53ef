"""The doors of the portal: one file a vendor."""

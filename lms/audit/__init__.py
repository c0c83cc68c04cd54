"""Who opened or changed what is sensitive: written once, never changed, and without anybody's words."""

"""Which files in a folder, an archive or a download are whose homework."""

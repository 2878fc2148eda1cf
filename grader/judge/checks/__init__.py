"""What a sheet calls: one module per theme. Every function takes what was seen and returns one verdict."""

"""Marks as other systems take them: one module for each format, none of which prints or decides anything."""

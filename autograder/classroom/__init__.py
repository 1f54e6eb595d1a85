"""A class of submissions: found in a folder, graded in parallel, written as they come."""

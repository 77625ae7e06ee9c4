"""The commands, one file each: parse, call one function of the package, show what it returns."""

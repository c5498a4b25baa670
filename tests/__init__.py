"""The tests of Accord, one folder for each kind; a package so that `tests.support` has one name."""

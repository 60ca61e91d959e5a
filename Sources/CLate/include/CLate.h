#pragma once
// Defines functions of librsvg, cairo, HDF5, libcurl, libxml2 and libarchive: each opens its library when it is first called.

/// The version of a library as it is on this machine, in room for 32 characters.
void late_rsvg_version(char *text);
void late_hdf5_version(char *text);

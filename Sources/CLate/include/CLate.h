#pragma once
// Defines functions of cmark, FFTW, GNU OpenMP, HDF5, libarchive, libcurl, libpng, librsvg with cairo,
// libxml2 and oneDNN: each opens its library when it is first called.

/// The version of a library as it is on this machine, in room for 32 characters.
void late_rsvg_version(char *text);
void late_hdf5_version(char *text);

/// The family of the font that librsvg draws a family with, in room for 128 characters; empty if it has none.
void late_rsvg_font(const char *wanted, char *text);

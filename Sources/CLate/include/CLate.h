#pragma once
// Nothing is called by names of this module: it defines functions of librsvg, cairo, HDF5 and libcurl.

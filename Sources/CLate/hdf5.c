#include "CLate.h"
#include "late.h"
#include <hdf5.h>

// The number in the name counts the changes of the interface; it goes with the header's version.
#if H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 10
#define HDF5_NUMBER "103"
#elif H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 12
#define HDF5_NUMBER "200"
#elif H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 14
#define HDF5_NUMBER "310"
#else
#define HDF5_NUMBER "320"
#endif
static const char *const names[] = {
    "libhdf5_serial.so." HDF5_NUMBER, "libhdf5.so." HDF5_NUMBER, "libhdf5_serial.so", "libhdf5.so",
    NULL};
static late_library hdf5 = {names, NULL};

hid_t hdf5_native_double(void) { return *(hid_t *)late_symbol(&hdf5, "H5T_NATIVE_DOUBLE_g"); }

LATE(hdf5, herr_t, H5dont_atexit, (void), ())
LATE(hdf5, herr_t, H5open, (void), ())
LATE(hdf5, herr_t, H5get_libversion, (unsigned *major, unsigned *minor, unsigned *release),
     (major, minor, release))
LATE(hdf5, herr_t, H5Eset_auto2, (hid_t stack, H5E_auto2_t handler, void *data),
     (stack, handler, data))
LATE(hdf5, herr_t, H5Ewalk2,
     (hid_t stack, H5E_direction_t direction, H5E_walk2_t visitor, void *data),
     (stack, direction, visitor, data))
LATE(hdf5, hid_t, H5Fopen, (const char *name, unsigned flags, hid_t list), (name, flags, list))
LATE(hdf5, herr_t, H5Fclose, (hid_t file), (file))
LATE(hdf5, ssize_t, H5Fget_name, (hid_t object, char *name, size_t size), (object, name, size))
LATE(hdf5, hid_t, H5Dopen2, (hid_t file, const char *name, hid_t list), (file, name, list))
LATE(hdf5, herr_t, H5Dclose, (hid_t data), (data))
LATE(hdf5, hid_t, H5Dget_space, (hid_t data), (data))
LATE(hdf5, hid_t, H5Dget_type, (hid_t data), (data))
LATE(hdf5, hid_t, H5Dget_create_plist, (hid_t data), (data))
LATE(hdf5, herr_t, H5Dread,
     (hid_t data, hid_t type, hid_t memory, hid_t file, hid_t list, void *buffer),
     (data, type, memory, file, list, buffer))
LATE(hdf5, herr_t, H5Sclose, (hid_t space), (space))
LATE(hdf5, int, H5Sget_simple_extent_ndims, (hid_t space), (space))
LATE(hdf5, int, H5Sget_simple_extent_dims, (hid_t space, hsize_t sizes[], hsize_t most[]),
     (space, sizes, most))
LATE(hdf5, hssize_t, H5Sget_simple_extent_npoints, (hid_t space), (space))
LATE(hdf5, herr_t, H5Tclose, (hid_t type), (type))
LATE(hdf5, H5T_class_t, H5Tget_class, (hid_t type), (type))
LATE(hdf5, herr_t, H5Pclose, (hid_t list), (list))
LATE(hdf5, int, H5Pget_external_count, (hid_t list), (list))
LATE(hdf5, htri_t, H5Aexists, (hid_t object, const char *name), (object, name))
LATE(hdf5, hid_t, H5Aopen, (hid_t object, const char *name, hid_t list), (object, name, list))
LATE(hdf5, herr_t, H5Aclose, (hid_t attribute), (attribute))
LATE(hdf5, hid_t, H5Aget_space, (hid_t attribute), (attribute))
LATE(hdf5, hid_t, H5Aget_type, (hid_t attribute), (attribute))
LATE(hdf5, herr_t, H5Aread, (hid_t attribute, hid_t type, void *buffer), (attribute, type, buffer))

void late_hdf5_version(char *text) {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  snprintf(text, 32, "%u.%u.%u", major, minor, release);
}

#include "late.h"
#include <png.h>

static const char *const names[] = {"libpng16.so.16", "libpng16.so", NULL};
static late_library library = {names, NULL};

LATE(library, int, png_image_begin_read_from_memory,
     (png_imagep image, png_const_voidp memory, size_t size), (image, memory, size))
LATE(library, int, png_image_finish_read,
     (png_imagep image, png_const_colorp background, void *buffer, png_int_32 stride, void *colours),
     (image, background, buffer, stride, colours))
LATE(library, void, png_image_free, (png_imagep image), (image))
LATE(library, int, png_image_write_to_memory,
     (png_imagep image, void *memory, png_alloc_size_t *size, int is_converted, const void *buffer,
      png_int_32 stride, const void *colours),
     (image, memory, size, is_converted, buffer, stride, colours))

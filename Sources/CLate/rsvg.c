#include "CLate.h"
#include "late.h"
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <librsvg/rsvg.h>

// cairo, GObject and fontconfig are libraries of librsvg's own, and are found through it.
static const char *const names[] = {"librsvg-2.so.2", "librsvg-2.so", NULL};
static late_library rsvg = {names, NULL};

LATE(rsvg, RsvgHandle *, rsvg_handle_new_from_data,
     (const guint8 *data, gsize count, GError **error), (data, count, error))
LATE(rsvg, gboolean, rsvg_handle_render_document,
     (RsvgHandle *handle, cairo_t *context, const RsvgRectangle *viewport, GError **error),
     (handle, context, viewport, error))
LATE(rsvg, void, g_object_unref, (gpointer object), (object))
LATE(rsvg, cairo_t *, cairo_create, (cairo_surface_t *surface), (surface))
LATE(rsvg, void, cairo_destroy, (cairo_t *context), (context))
LATE(rsvg, cairo_surface_t *, cairo_image_surface_create,
     (cairo_format_t format, int width, int height), (format, width, height))
LATE(rsvg, unsigned char *, cairo_image_surface_get_data, (cairo_surface_t *surface), (surface))
LATE(rsvg, int, cairo_image_surface_get_stride, (cairo_surface_t *surface), (surface))
LATE(rsvg, void, cairo_surface_destroy, (cairo_surface_t *surface), (surface))
LATE(rsvg, void, cairo_surface_flush, (cairo_surface_t *surface), (surface))
LATE(rsvg, cairo_status_t, cairo_surface_status, (cairo_surface_t *surface), (surface))

void late_rsvg_version(char *text) {
  snprintf(text, 32, "%u.%u.%u", *(const guint *)late_symbol(&rsvg, "rsvg_major_version"),
           *(const guint *)late_symbol(&rsvg, "rsvg_minor_version"),
           *(const guint *)late_symbol(&rsvg, "rsvg_micro_version"));
}

#define FONT(name) ((__typeof__(&name))late_symbol(&rsvg, #name))

void late_rsvg_font(const char *wanted, char *text) {
  FcPattern *pattern = FONT(FcPatternCreate)();
  FONT(FcPatternAddString)(pattern, FC_FAMILY, (const FcChar8 *)wanted);
  FONT(FcConfigSubstitute)(NULL, pattern, FcMatchPattern);
  FONT(FcDefaultSubstitute)(pattern);
  FcResult result;
  FcPattern *match = FONT(FcFontMatch)(NULL, pattern, &result);
  FcChar8 *family = NULL;
  if (match) FONT(FcPatternGetString)(match, FC_FAMILY, 0, &family);
  snprintf(text, 128, "%s", family ? (const char *)family : "");
  if (match) FONT(FcPatternDestroy)(match);
  FONT(FcPatternDestroy)(pattern);
}

#include "late.h"
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

static const char *const core_names[] = {
    "libcmark-gfm.so." CMARK_GFM_VERSION_STRING, "libcmark-gfm.so", NULL};
static late_library core = {core_names, NULL};
static const char *const extension_names[] = {
    "libcmark-gfm-extensions.so." CMARK_GFM_VERSION_STRING, "libcmark-gfm-extensions.so", NULL};
static late_library extensions = {extension_names, NULL};

LATE(extensions, void, cmark_gfm_core_extensions_ensure_registered, (void), ())
LATE(core, cmark_syntax_extension *, cmark_find_syntax_extension, (const char *name), (name))
LATE(core, cmark_mem *, cmark_get_default_mem_allocator, (), ())
LATE(core, void, cmark_iter_free, (cmark_iter *iter), (iter))
LATE(core, cmark_node *, cmark_iter_get_node, (cmark_iter *iter), (iter))
LATE(core, cmark_iter *, cmark_iter_new, (cmark_node *root), (root))
LATE(core, cmark_event_type, cmark_iter_next, (cmark_iter *iter), (iter))
LATE(core, cmark_node *, cmark_node_first_child, (cmark_node *node), (node))
LATE(core, void, cmark_node_free, (cmark_node *node), (node))
LATE(core, const char *, cmark_node_get_literal, (cmark_node *node), (node))
LATE(core, int, cmark_node_get_start_line, (cmark_node *node), (node))
LATE(core, const char *, cmark_node_get_title, (cmark_node *node), (node))
LATE(core, cmark_node_type, cmark_node_get_type, (cmark_node *node), (node))
LATE(core, const char *, cmark_node_get_url, (cmark_node *node), (node))
LATE(core, cmark_node *, cmark_node_parent, (cmark_node *node), (node))
LATE(core, int, cmark_parser_attach_syntax_extension,
     (cmark_parser *parser, cmark_syntax_extension *extension),
     (parser, extension))
LATE(core, void, cmark_parser_feed,
     (cmark_parser *parser, const char *buffer, size_t len),
     (parser, buffer, len))
LATE(core, cmark_node *, cmark_parser_finish, (cmark_parser *parser), (parser))
LATE(core, void, cmark_parser_free, (cmark_parser *parser), (parser))
LATE(core, cmark_parser *, cmark_parser_new, (int options), (options))
LATE(core, char *, cmark_render_xml, (cmark_node *root, int options), (root, options))

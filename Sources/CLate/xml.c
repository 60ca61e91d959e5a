#include "late.h"
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>

// From 2.14 on the interface has a number of its own.
static const char *const names[] = {"libxml2.so.2", "libxml2.so.16", "libxml2.so", NULL};
static late_library library = {names, NULL};

#define TEXT const xmlChar *

LATE(library, const htmlEntityDesc *, htmlEntityLookup, (TEXT name), (name))
LATE(library, xmlNodePtr, xmlAddChild, (xmlNodePtr parent, xmlNodePtr node), (parent, node))
LATE(library, TEXT, xmlBufferContent, (const xmlBuffer *buffer), (buffer))
LATE(library, xmlBufferPtr, xmlBufferCreate, (void), ())
LATE(library, void, xmlBufferFree, (xmlBufferPtr buffer), (buffer))
LATE(library, int, xmlBufferLength, (const xmlBuffer *buffer), (buffer))
LATE(library, xmlDtdPtr, xmlCreateIntSubset, (xmlDocPtr doc, TEXT name, TEXT external, TEXT system),
     (doc, name, external, system))
// Its result is constant from 2.12 on.
LATE(library, __typeof__(xmlCtxtGetLastError(NULL)), xmlCtxtGetLastError, (void *context), (context))
LATE(library, xmlDocPtr, xmlCtxtReadMemory,
     (xmlParserCtxtPtr context, const char *text, int size, const char *url, const char *encoding,
      int options),
     (context, text, size, url, encoding, options))
LATE(library, xmlNodePtr, xmlDocGetRootElement, (const xmlDoc *doc), (doc))
LATE(library, xmlNodePtr, xmlDocSetRootElement, (xmlDocPtr doc, xmlNodePtr root), (doc, root))
LATE(library, void, xmlFreeDoc, (xmlDocPtr doc), (doc))
LATE(library, xmlParserCtxtPtr, xmlNewParserCtxt, (void), ())
LATE(library, void, xmlFreeParserCtxt, (xmlParserCtxtPtr context), (context))
LATE(library, long, xmlGetLineNo, (const xmlNode *node), (node))
LATE(library, xmlDocPtr, xmlNewDoc, (TEXT version), (version))
LATE(library, xmlNodePtr, xmlNewCDataBlock, (xmlDocPtr doc, TEXT text, int size), (doc, text, size))
LATE(library, xmlNodePtr, xmlNewDocNode, (xmlDocPtr doc, xmlNsPtr space, TEXT name, TEXT text),
     (doc, space, name, text))
LATE(library, xmlNodePtr, xmlNewDocText, (const xmlDoc *doc, TEXT text), (doc, text))
LATE(library, xmlNsPtr, xmlNewNs, (xmlNodePtr node, TEXT address, TEXT prefix),
     (node, address, prefix))
LATE(library, xmlAttrPtr, xmlNewNsProp, (xmlNodePtr node, xmlNsPtr space, TEXT name, TEXT value),
     (node, space, name, value))
LATE(library, int, xmlNodeBufGetContent, (xmlBufferPtr buffer, const xmlNode *node), (buffer, node))
LATE(library, xmlNsPtr, xmlSearchNs, (xmlDocPtr doc, xmlNodePtr node, TEXT prefix),
     (doc, node, prefix))
LATE(library, xmlSaveCtxtPtr, xmlSaveToBuffer,
     (xmlBufferPtr buffer, const char *encoding, int options), (buffer, encoding, options))
LATE(library, long, xmlSaveDoc, (xmlSaveCtxtPtr context, xmlDocPtr doc), (context, doc))
LATE(library, long, xmlSaveTree, (xmlSaveCtxtPtr context, xmlNodePtr node), (context, node))
LATE(library, int, xmlSaveClose, (xmlSaveCtxtPtr context), (context))
LATE(library, xmlChar *, xmlStrdup, (TEXT text), (text))

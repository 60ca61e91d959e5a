#define CURL_DISABLE_TYPECHECK
#include "late.h"
#include <curl/curl.h>
#include <stdarg.h>

// What this program calls, and Foundation's networking where it is linked statically. The functions of any number of
// arguments take one more, a pointer or a number of a pointer's size.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt
static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.so", NULL};
static late_library curl = {names, NULL};

LATE(curl, CURLcode, curl_global_init, (long flags), (flags))
LATE(curl, char *, curl_version, (void), ())
LATE(curl, curl_version_info_data *, curl_version_info, (CURLversion age), (age))
LATE(curl, void, curl_free, (void *memory), (memory))
LATE(curl, struct curl_slist *, curl_slist_append, (struct curl_slist * list, const char *text),
     (list, text))
LATE(curl, void, curl_slist_free_all, (struct curl_slist * list), (list))
LATE(curl, CURLU *, curl_url, (void), ())
// Newer headers call the handle constant.
__asm__(".hidden curl_url_get");
CURLUcode late_url_get(CURLU *url, CURLUPart part, char **text, unsigned flags)
    __asm__("curl_url_get");
CURLUcode late_url_get(CURLU *url, CURLUPart part, char **text, unsigned flags) {
  __typeof__(&late_url_get) real =
      (__typeof__(&late_url_get))late_symbol(&curl, "curl_url_get");
  return real(url, part, text, flags);
}
LATE(curl, CURLUcode, curl_url_set, (CURLU * url, CURLUPart part, const char *text, unsigned flags),
     (url, part, text, flags))
LATE(curl, CURL *, curl_easy_init, (void), ())
LATE(curl, void, curl_easy_cleanup, (CURL * handle), (handle))
LATE(curl, CURLcode, curl_easy_perform, (CURL * handle), (handle))
LATE(curl, void, curl_easy_reset, (CURL * handle), (handle))
LATE(curl, CURLcode, curl_easy_pause, (CURL * handle, int what), (handle, what))
LATE(curl, const char *, curl_easy_strerror, (CURLcode code), (code))
LATE(curl, CURLM *, curl_multi_init, (void), ())
LATE(curl, CURLMcode, curl_multi_cleanup, (CURLM * handle), (handle))
LATE(curl, CURLMcode, curl_multi_add_handle, (CURLM * all, CURL *one), (all, one))
LATE(curl, CURLMcode, curl_multi_remove_handle, (CURLM * all, CURL *one), (all, one))
LATE(curl, CURLMcode, curl_multi_assign, (CURLM * handle, curl_socket_t socket, void *data),
     (handle, socket, data))
LATE(curl, CURLMsg *, curl_multi_info_read, (CURLM * handle, int *left), (handle, left))
LATE(curl, CURLMcode, curl_multi_socket_action,
     (CURLM * handle, curl_socket_t socket, int events, int *running),
     (handle, socket, events, running))

#define LATE_OPTION(result, name, handle_type, option_type)                  \
  __asm__(".hidden " #name);                                                 \
  result name(handle_type *handle, option_type option, ...) {                \
    va_list rest;                                                            \
    va_start(rest, option);                                                  \
    void *value = va_arg(rest, void *);                                      \
    va_end(rest);                                                            \
    __typeof__(&name) real = (__typeof__(&name))late_symbol(&curl, #name);   \
    return real(handle, option, value);                                      \
  }
LATE_OPTION(CURLcode, curl_easy_setopt, CURL, CURLoption)
LATE_OPTION(CURLcode, curl_easy_getinfo, CURL, CURLINFO)
LATE_OPTION(CURLMcode, curl_multi_setopt, CURLM, CURLMoption)

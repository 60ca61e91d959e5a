#include <curl/curl.h>

// Swift cannot call functions with a variable number of arguments.
static inline CURLcode casebook_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode casebook_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode casebook_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode casebook_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode casebook_curl_set_write(CURL *handle, CURLoption option,
                                               curl_write_callback callback) {
  return curl_easy_setopt(handle, option, callback);
}

static inline CURLcode casebook_curl_set_progress(CURL *handle, curl_xferinfo_callback callback) {
  return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode casebook_curl_proxy_status(CURL *handle, long *status) {
  return curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, status);
}

static inline CURLcode casebook_curl_status(CURL *handle, long *status) {
  return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, status);
}

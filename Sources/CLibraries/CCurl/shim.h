#pragma once
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>

/* libcurl's functions as far as they are used. The program is not linked with libcurl: a process that needs it fills
   this table, and those that do not, such as workers, never map it. */
typedef struct {
  CURLcode (*global_init)(long flags);
  char *(*version)(void);
  CURL *(*easy_init)(void);
  void (*easy_cleanup)(CURL *easy);
  void (*easy_reset)(CURL *easy);
  CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
  CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
  CURLcode (*easy_perform)(CURL *easy);
  CURLcode (*easy_pause)(CURL *easy, int bits);
  const char *(*easy_strerror)(CURLcode code);
  struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
  void (*slist_free_all)(struct curl_slist *list);
  CURLM *(*multi_init)(void);
  CURLMcode (*multi_cleanup)(CURLM *multi);
  CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
  CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
  CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
  CURLMcode (*multi_assign)(CURLM *multi, curl_socket_t socket, void *pointer);
  CURLMcode (*multi_socket_action)(CURLM *multi, curl_socket_t socket, int bits, int *running);
  CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
  const char *(*multi_strerror)(CURLMcode code);
} vitrine_curl;

/* Loads the library and fills the table. Returns NULL, or what is missing. */
static inline const char *vitrine_curl_load(vitrine_curl *table, const char *name) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
#define VITRINE_FIND(member, symbol) \
  if (!(*(void **)&table->member = dlsym(library, symbol))) return symbol
  VITRINE_FIND(global_init, "curl_global_init");
  VITRINE_FIND(version, "curl_version");
  VITRINE_FIND(easy_init, "curl_easy_init");
  VITRINE_FIND(easy_cleanup, "curl_easy_cleanup");
  VITRINE_FIND(easy_reset, "curl_easy_reset");
  VITRINE_FIND(easy_setopt, "curl_easy_setopt");
  VITRINE_FIND(easy_getinfo, "curl_easy_getinfo");
  VITRINE_FIND(easy_perform, "curl_easy_perform");
  VITRINE_FIND(easy_pause, "curl_easy_pause");
  VITRINE_FIND(easy_strerror, "curl_easy_strerror");
  VITRINE_FIND(slist_append, "curl_slist_append");
  VITRINE_FIND(slist_free_all, "curl_slist_free_all");
  VITRINE_FIND(multi_init, "curl_multi_init");
  VITRINE_FIND(multi_cleanup, "curl_multi_cleanup");
  VITRINE_FIND(multi_add_handle, "curl_multi_add_handle");
  VITRINE_FIND(multi_remove_handle, "curl_multi_remove_handle");
  VITRINE_FIND(multi_setopt, "curl_multi_setopt");
  VITRINE_FIND(multi_assign, "curl_multi_assign");
  VITRINE_FIND(multi_socket_action, "curl_multi_socket_action");
  VITRINE_FIND(multi_info_read, "curl_multi_info_read");
  VITRINE_FIND(multi_strerror, "curl_multi_strerror");
#undef VITRINE_FIND
  return NULL;
}

/* Variadic functions and macros, which Swift cannot call. */
static inline CURLcode vitrine_curl_set_number(const vitrine_curl *c, CURL *easy, CURLoption option, long value) {
  return c->easy_setopt(easy, option, value);
}
static inline CURLcode vitrine_curl_set_size(const vitrine_curl *c, CURL *easy, CURLoption option, curl_off_t value) {
  return c->easy_setopt(easy, option, value);
}
static inline CURLcode vitrine_curl_set_text(const vitrine_curl *c, CURL *easy, CURLoption option, const char *value) {
  return c->easy_setopt(easy, option, value);
}
static inline CURLcode vitrine_curl_set_pointer(const vitrine_curl *c, CURL *easy, CURLoption option, void *value) {
  return c->easy_setopt(easy, option, value);
}
static inline CURLcode vitrine_curl_set_callbacks(
    const vitrine_curl *c, CURL *easy, curl_write_callback header, curl_write_callback body, curl_read_callback upload,
    void *user) {
  CURLcode result = c->easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
  if (!result) result = c->easy_setopt(easy, CURLOPT_HEADERDATA, user);
  if (!result) result = c->easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
  if (!result) result = c->easy_setopt(easy, CURLOPT_WRITEDATA, user);
  if (!result) result = c->easy_setopt(easy, CURLOPT_READFUNCTION, upload);
  if (!result) result = c->easy_setopt(easy, CURLOPT_READDATA, user);
  return result;
}
static inline long vitrine_curl_get_number(const vitrine_curl *c, CURL *easy, CURLINFO info) {
  long value = 0;
  return c->easy_getinfo(easy, info, &value) ? 0 : value;
}
static inline curl_off_t vitrine_curl_get_size(const vitrine_curl *c, CURL *easy, CURLINFO info) {
  curl_off_t value = 0;
  return c->easy_getinfo(easy, info, &value) ? 0 : value;
}
static inline const char *vitrine_curl_get_text(const vitrine_curl *c, CURL *easy, CURLINFO info) {
  const char *value = NULL;
  return c->easy_getinfo(easy, info, &value) ? NULL : value;
}
/* What is known of the server's own certificate, as lines `name:value`; NULL where nothing is. */
static inline struct curl_slist *vitrine_curl_get_certificate(const vitrine_curl *c, CURL *easy) {
  struct curl_certinfo *chain = NULL;
  if (c->easy_getinfo(easy, CURLINFO_CERTINFO, &chain) || !chain || chain->num_of_certs < 1) return NULL;
  return chain->certinfo[0];
}
static inline CURLMcode vitrine_curl_multi_callbacks(
    const vitrine_curl *c, CURLM *multi, curl_socket_callback socket, curl_multi_timer_callback timer, void *user) {
  CURLMcode result = c->multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
  if (!result) result = c->multi_setopt(multi, CURLMOPT_SOCKETDATA, user);
  if (!result) result = c->multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
  if (!result) result = c->multi_setopt(multi, CURLMOPT_TIMERDATA, user);
  return result;
}
static inline CURLMcode vitrine_curl_multi_set_number(
    const vitrine_curl *c, CURLM *multi, CURLMoption option, long value) {
  return c->multi_setopt(multi, option, value);
}
/* The next transfer that has ended, with how; NULL where there is none. */
static inline CURL *vitrine_curl_multi_next_ended(const vitrine_curl *c, CURLM *multi, CURLcode *code) {
  int left = 0;
  for (CURLMsg *message; (message = c->multi_info_read(multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    *code = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}
static const size_t vitrine_curl_write_pause = CURL_WRITEFUNC_PAUSE;
static const size_t vitrine_curl_read_pause = CURL_READFUNC_PAUSE;
static const size_t vitrine_curl_read_abort = CURL_READFUNC_ABORT;

#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* A macro in OpenSSL. */
static inline long vitrine_tls_set_server_name(SSL *connection, const char *name) {
  return SSL_set_tlsext_host_name(connection, name);
}
/* Whole days until the peer's certificate runs out, or -1 where it is over or nothing is known. */
static inline int vitrine_tls_days_left(const SSL *connection) {
  const X509 *certificate = SSL_get0_peer_certificate(connection);
  int days = 0, seconds = 0;
  if (!certificate || !ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate))) return -1;
  return seconds < 0 ? -1 : days;
}

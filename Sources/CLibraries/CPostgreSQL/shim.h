#pragma once
#include <dlfcn.h>
#include <postgresql/libpq-fe.h>

/* libpq's functions as far as they are used. The program is not linked with libpq: a process that needs it fills this
   table, and those whose files lie on their own host never map it. */
typedef struct {
  int (*lib_version)(void);
  PQconninfoOption *(*conninfo_parse)(const char *text, char **error);
  void (*conninfo_free)(PQconninfoOption *options);
  void (*freemem)(void *memory);
  PGconn *(*connect_start_params)(const char *const *keywords, const char *const *values, int expand);
  PostgresPollingStatusType (*connect_poll)(PGconn *connection);
  ConnStatusType (*status)(const PGconn *connection);
  PGTransactionStatusType (*transaction_status)(const PGconn *connection);
  int (*socket)(const PGconn *connection);
  char *(*error_message)(const PGconn *connection);
  void (*finish)(PGconn *connection);
  int (*set_nonblocking)(PGconn *connection, int on);
  int (*enter_pipeline_mode)(PGconn *connection);
  int (*send_prepare)(PGconn *connection, const char *name, const char *text, int count, const Oid *types);
  int (*send_query_prepared)(
      PGconn *connection, const char *name, int count, const char *const *values, const int *lengths,
      const int *formats, int result_format);
  int (*pipeline_sync)(PGconn *connection);
  int (*flush)(PGconn *connection);
  int (*consume_input)(PGconn *connection);
  int (*is_busy)(PGconn *connection);
  PGresult *(*get_result)(PGconn *connection);
  PGnotify *(*notifies)(PGconn *connection);
  PQnoticeProcessor (*set_notice_processor)(PGconn *connection, PQnoticeProcessor processor, void *user);
  ExecStatusType (*result_status)(const PGresult *result);
  char *(*result_error_field)(const PGresult *result, int field);
  char *(*result_error_message)(const PGresult *result);
  char *(*cmd_tuples)(PGresult *result);
  int (*ntuples)(const PGresult *result);
  int (*nfields)(const PGresult *result);
  int (*getisnull)(const PGresult *result, int row, int column);
  int (*getlength)(const PGresult *result, int row, int column);
  char *(*getvalue)(const PGresult *result, int row, int column);
  void (*clear)(PGresult *result);
} vitrine_pq;

/* Loads the library and fills the table. Returns NULL, or what is missing. */
static inline const char *vitrine_pq_load(vitrine_pq *table, const char *name) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
#define VITRINE_FIND(member, symbol) \
  if (!(*(void **)&table->member = dlsym(library, symbol))) return symbol
  VITRINE_FIND(lib_version, "PQlibVersion");
  VITRINE_FIND(conninfo_parse, "PQconninfoParse");
  VITRINE_FIND(conninfo_free, "PQconninfoFree");
  VITRINE_FIND(freemem, "PQfreemem");
  VITRINE_FIND(connect_start_params, "PQconnectStartParams");
  VITRINE_FIND(connect_poll, "PQconnectPoll");
  VITRINE_FIND(status, "PQstatus");
  VITRINE_FIND(transaction_status, "PQtransactionStatus");
  VITRINE_FIND(socket, "PQsocket");
  VITRINE_FIND(error_message, "PQerrorMessage");
  VITRINE_FIND(finish, "PQfinish");
  VITRINE_FIND(set_nonblocking, "PQsetnonblocking");
  VITRINE_FIND(enter_pipeline_mode, "PQenterPipelineMode");
  VITRINE_FIND(send_prepare, "PQsendPrepare");
  VITRINE_FIND(send_query_prepared, "PQsendQueryPrepared");
  VITRINE_FIND(pipeline_sync, "PQpipelineSync");
  VITRINE_FIND(flush, "PQflush");
  VITRINE_FIND(consume_input, "PQconsumeInput");
  VITRINE_FIND(is_busy, "PQisBusy");
  VITRINE_FIND(get_result, "PQgetResult");
  VITRINE_FIND(notifies, "PQnotifies");
  VITRINE_FIND(set_notice_processor, "PQsetNoticeProcessor");
  VITRINE_FIND(result_status, "PQresultStatus");
  VITRINE_FIND(result_error_field, "PQresultErrorField");
  VITRINE_FIND(result_error_message, "PQresultErrorMessage");
  VITRINE_FIND(cmd_tuples, "PQcmdTuples");
  VITRINE_FIND(ntuples, "PQntuples");
  VITRINE_FIND(nfields, "PQnfields");
  VITRINE_FIND(getisnull, "PQgetisnull");
  VITRINE_FIND(getlength, "PQgetlength");
  VITRINE_FIND(getvalue, "PQgetvalue");
  VITRINE_FIND(clear, "PQclear");
#undef VITRINE_FIND
  return NULL;
}

/* Characters as macros, which Swift imports as numbers of another type. */
static const int vitrine_pq_field_sqlstate = PG_DIAG_SQLSTATE;
static const int vitrine_pq_field_message = PG_DIAG_MESSAGE_PRIMARY;
static const int vitrine_pq_field_constraint = PG_DIAG_CONSTRAINT_NAME;

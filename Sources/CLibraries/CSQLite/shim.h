#pragma once
#include <sqlite3.h>

/// "Copy the value while binding it": a cast that Swift cannot import.
static inline sqlite3_destructor_type sqlite3_transient(void) { return SQLITE_TRANSIENT; }

/*
 * Records what a test process does to files below one folder, in order. The calls of the C library that change files are
 * defined here, so that the linker takes them for the whole test program; the program that is shipped knows nothing of
 * it. One call can be left out or done late, to see whether a test notices.
 */
#pragma once
#include <stdint.h>

enum effect_kind {
  /* The content, the length or an attribute of a file; its mode. */
  EFFECT_CHANGE,
  EFFECT_MODE,
  EFFECT_SYNC,
  EFFECT_DATA_SYNC,
  /* A name: of a new file, of a file without a name, of one that had another, of none any more. */
  EFFECT_CREATE,
  EFFECT_LINK,
  EFFECT_RENAME,
  EFFECT_REMOVE,
  EFFECT_MAKE_FOLDER,
};

struct effect {
  int32_t kind;
  int32_t is_folder;
  /* The inode that it is about, the folder with the name, and the folder that a renamed file was in. */
  uint64_t file;
  uint64_t folder;
  uint64_t old_folder;
  /* The length of the file. */
  int64_t size;
  /* When the inode was last changed, in nanoseconds: before the call, and after it. */
  uint64_t changed_before;
  uint64_t changed_after;
  char name[256];
  char old_name[256];
};

/* What may be done to one call: nothing; leave it out; do a sync behind the call that names its file. */
enum effect_tampering { EFFECT_KEEP, EFFECT_DROP, EFFECT_POSTPONE };

/* Begins to record, what is below the folder only.
   `index` counts the syncs, links and renames that are recorded; the one of that number is tampered with. */
void effect_trace_start(const char *folder, enum effect_tampering tampering, int index);
/* Ends it; the effects stay until the next start. */
void effect_trace_stop(void);
int effect_trace_count(void);
struct effect effect_trace_at(int index);
/* How many syncs, links and renames there were. */
int effect_trace_tamperable(void);

/* Calls that can be made to fail: those that look for or at a file; those that change one, or a folder. */
enum effect_failure { EFFECT_FAIL_NOTHING, EFFECT_FAIL_LOOKS, EFFECT_FAIL_CHANGES };

/* Begins to record, and makes one call of a kind fail with an error, the one with that number. */
void effect_trace_fail(const char *folder, enum effect_failure kind, int index, int error);
/* How many calls of that kind there were. */
int effect_trace_failable(void);

#define _GNU_SOURCE
#include "effect_trace.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * These functions are called at the very end of threads, too, when a sanitizer no longer knows them, and its own
 * interceptors of the same names are not to see their accesses.
 */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((disable_sanitizer_instrumentation)), apply_to = function)
#endif

enum { LIMIT = 16384 };

/* Straight into the kernel, since the C library's own function is defined below. */
static long kernel_call(long number, long a, long b, long c, long d, long e, long f) {
  long result;
#if defined(__x86_64__)
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  result = x0;
#else
#error "a processor that nobody has tried"
#endif
  if (result < 0 && result > -4096) {
    errno = (int)-result;
    return -1;
  }
  return result;
}

#define CALL1(n, a) kernel_call(n, (long)(a), 0, 0, 0, 0, 0)
#define CALL2(n, a, b) kernel_call(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c) kernel_call(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define CALL4(n, a, b, c, d) kernel_call(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define CALL5(n, a, b, c, d, e) kernel_call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

static atomic_int is_on;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char watched[4096];
static size_t watched_length;
static struct effect effects[LIMIT];
static int count, tamperable, tampered_index, postponed = -1;
static enum effect_tampering tampering;
static enum effect_failure failing;
static int failable, failing_index, failing_error;

void effect_trace_start(const char *folder, enum effect_tampering how, int index) {
  pthread_mutex_lock(&lock);
  watched_length = (size_t)snprintf(watched, sizeof watched, "%s", folder);
  count = tamperable = 0;
  tampering = how;
  tampered_index = index;
  failing = EFFECT_FAIL_NOTHING;
  pthread_mutex_unlock(&lock);
  atomic_store(&is_on, 1);
}

void effect_trace_fail(const char *folder, enum effect_failure kind, int index, int error) {
  effect_trace_start(folder, EFFECT_KEEP, -1);
  pthread_mutex_lock(&lock);
  failing = kind;
  failing_index = index;
  failing_error = error;
  failable = 0;
  pthread_mutex_unlock(&lock);
}

int effect_trace_failable(void) { return failable; }

void effect_trace_stop(void) {
  atomic_store(&is_on, 0);
  pthread_mutex_lock(&lock);
  if (postponed >= 0) CALL1(SYS_close, postponed);
  postponed = -1;
  pthread_mutex_unlock(&lock);
}

int effect_trace_count(void) { return count; }
struct effect effect_trace_at(int index) { return effects[index]; }
int effect_trace_tamperable(void) { return tamperable; }

/* Whether a call comes from the test program itself: what libraries such as SQLite do with files is their own affair. */
static int is_own(const void *caller) {
  Dl_info info, own;
  if (!atomic_load_explicit(&is_on, memory_order_relaxed)) return 0;
  return dladdr(caller, &info) && dladdr((void *)effects, &own) && info.dli_fbase == own.dli_fbase;
}

#define IS_OWN is_own(__builtin_return_address(0))

/* The path of an open file; empty where there is none. */
static ssize_t path_of(int fd, char path[4096]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, 4095);
  path[length < 0 ? 0 : length] = 0;
  return length;
}

/* Whether an open file is the folder or below it; one without a name is where it was made. */
static int is_watched(int fd) {
  char path[4096];
  if (fd == AT_FDCWD || !atomic_load_explicit(&is_on, memory_order_relaxed)) return 0;
  ssize_t length = path_of(fd, path);
  if (length < (ssize_t)watched_length || strncmp(path, watched, watched_length)) return 0;
  return length == (ssize_t)watched_length || path[watched_length] == '/';
}

/* Whether a call on an open file or in a folder is the one that is to fail. */
static int fails(enum effect_failure kind, int fd, int is_own) {
  if (failing != kind || !is_own || !is_watched(fd)) return 0;
  pthread_mutex_lock(&lock);
  int is_it = failable++ == failing_index;
  pthread_mutex_unlock(&lock);
  if (is_it) errno = failing_error;
  return is_it;
}

/* The folder of a path, opened, where that is watched; else -1. `base` becomes the last part of the path. */
static int watched_parent(const char *path, const char **base) {
  if (!atomic_load_explicit(&is_on, memory_order_relaxed)) return -1;
  char above[4096];
  const char *slash = strrchr(path, '/');
  if (!slash || slash == path || (size_t)(slash - path) >= sizeof above) return -1;
  memcpy(above, path, (size_t)(slash - path));
  above[slash - path] = 0;
  *base = slash + 1;
  int fd = (int)CALL4(SYS_openat, AT_FDCWD, above, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd >= 0 && !is_watched(fd)) {
    CALL1(SYS_close, fd);
    fd = -1;
  }
  return fd;
}

static uint64_t nanoseconds(const struct stat *status) {
  return (uint64_t)status->st_ctim.tv_sec * 1000000000u + (uint64_t)status->st_ctim.tv_nsec;
}

static struct effect effect_of(enum effect_kind kind, int fd) {
  struct effect effect = {.kind = (int32_t)kind};
  struct stat status;
  char path[4096];
  path_of(fd, path);
  const char *slash = strrchr(path, '/');
  /* The kernel calls a file without a name, or without one any more, "#12 (deleted)". */
  if (slash && !strstr(slash, " (deleted)")) snprintf(effect.name, sizeof effect.name, "%s", slash + 1);
  if (!fstat(fd, &status)) {
    effect.file = status.st_ino;
    effect.is_folder = S_ISDIR(status.st_mode);
    effect.size = status.st_size;
    effect.changed_before = effect.changed_after = nanoseconds(&status);
  }
  return effect;
}

static int status_at(int folder, const char *name, struct stat *status) {
  return (int)CALL4(SYS_newfstatat, folder, name, status, AT_SYMLINK_NOFOLLOW);
}

static void append(struct effect effect) {
  if (count < LIMIT) effects[count++] = effect;
}

static void record(struct effect effect) {
  int saved = errno;
  pthread_mutex_lock(&lock);
  append(effect);
  pthread_mutex_unlock(&lock);
  errno = saved;
}

/* What is to be done to a sync, link or rename that is about to come. */
static enum effect_tampering next_tampering(void) {
  pthread_mutex_lock(&lock);
  enum effect_tampering how = tamperable++ == tampered_index ? tampering : EFFECT_KEEP;
  pthread_mutex_unlock(&lock);
  return how;
}

static uint64_t inode_of(int fd) {
  struct stat status;
  return fstat(fd, &status) ? 0 : status.st_ino;
}

/* Does a sync that was put off until its file had a name. */
static void catch_up(uint64_t file) {
  int saved = errno;
  pthread_mutex_lock(&lock);
  if (postponed >= 0 && inode_of(postponed) == file) {
    CALL1(SYS_fsync, postponed);
    append(effect_of(EFFECT_SYNC, postponed));
    CALL1(SYS_close, postponed);
    postponed = -1;
  }
  pthread_mutex_unlock(&lock);
  errno = saved;
}

/* Content, length, mode, attributes. */

static long noted(enum effect_kind kind, int fd, int is_own, long result) {
  if (result >= 0 && is_own && is_watched(fd)) record(effect_of(kind, fd));
  return result;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (fails(EFFECT_FAIL_CHANGES, fd, IS_OWN)) return -1;
  return noted(EFFECT_CHANGE, fd, IS_OWN, CALL3(SYS_write, fd, bytes, length));
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  if (fails(EFFECT_FAIL_CHANGES, fd, IS_OWN)) return -1;
  return noted(EFFECT_CHANGE, fd, IS_OWN, CALL4(SYS_pwrite64, fd, bytes, length, offset));
}
int ftruncate(int fd, off_t length) { return (int)noted(EFFECT_CHANGE, fd, IS_OWN, CALL2(SYS_ftruncate, fd, length)); }
int fchmod(int fd, mode_t mode) { return (int)noted(EFFECT_MODE, fd, IS_OWN, CALL2(SYS_fchmod, fd, mode)); }
int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags) {
  if (fails(EFFECT_FAIL_CHANGES, fd, IS_OWN)) return -1;
  return (int)noted(EFFECT_CHANGE, fd, IS_OWN, CALL5(SYS_fsetxattr, fd, name, value, size, flags));
}

/* Syncs. */

static int sync_file(int fd, int is_own, enum effect_kind kind, long number) {
  if (fails(EFFECT_FAIL_CHANGES, fd, is_own)) return -1;
  if (!is_own || !is_watched(fd)) return (int)CALL1(number, fd);
  switch (next_tampering()) {
  case EFFECT_DROP: return 0;
  case EFFECT_POSTPONE:
    pthread_mutex_lock(&lock);
    postponed = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    pthread_mutex_unlock(&lock);
    return 0;
  default: break;
  }
  struct effect effect = effect_of(kind, fd);
  int result = (int)CALL1(number, fd);
  if (!result) record(effect);
  return result;
}

int fsync(int fd) { return sync_file(fd, IS_OWN, EFFECT_SYNC, SYS_fsync); }
int fdatasync(int fd) { return sync_file(fd, IS_OWN, EFFECT_DATA_SYNC, SYS_fdatasync); }

/* Names. */

static void record_name(enum effect_kind kind, const struct stat *before, int folder, const char *name) {
  struct stat after;
  struct effect effect = {.kind = (int32_t)kind, .folder = inode_of(folder)};
  if (!status_at(folder, name, &after)) {
    effect.file = after.st_ino;
    effect.is_folder = S_ISDIR(after.st_mode);
    effect.changed_after = nanoseconds(&after);
  }
  if (before) {
    effect.file = before->st_ino;
    effect.is_folder = S_ISDIR(before->st_mode);
    effect.changed_before = nanoseconds(before);
  }
  snprintf(effect.name, sizeof effect.name, "%s", name);
  record(effect);
}

int linkat(int old_folder, const char *old, int folder, const char *name, int flags) {
  if (fails(EFFECT_FAIL_CHANGES, folder, IS_OWN)) return -1;
  struct stat before;
  int is_ours = IS_OWN && is_watched(folder);
  enum effect_tampering how = is_ours ? next_tampering() : EFFECT_KEEP;
  if (is_ours) {
    int follows = flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW;
    if (CALL4(SYS_newfstatat, old_folder, old, &before, follows)) is_ours = 0;
  }
  if (how == EFFECT_DROP) return 0;
  int result = (int)CALL5(SYS_linkat, old_folder, old, folder, name, flags);
  if (!result && is_ours) {
    record_name(EFFECT_LINK, &before, folder, name);
    catch_up(before.st_ino);
  }
  return result;
}

int renameat(int old_folder, const char *old, int folder, const char *name) {
  if (fails(EFFECT_FAIL_CHANGES, folder, IS_OWN)) return -1;
  struct stat before;
  int is_ours = IS_OWN && is_watched(folder);
  enum effect_tampering how = is_ours ? next_tampering() : EFFECT_KEEP;
  if (is_ours && status_at(old_folder, old, &before)) is_ours = 0;
  if (how == EFFECT_DROP) return 0;
  int result = (int)CALL5(SYS_renameat2, old_folder, old, folder, name, 0);
  if (!result && is_ours) {
    record_name(EFFECT_RENAME, &before, folder, name);
    pthread_mutex_lock(&lock);
    effects[count - 1].old_folder = inode_of(old_folder);
    snprintf(effects[count - 1].old_name, sizeof effects[count - 1].old_name, "%s", old);
    pthread_mutex_unlock(&lock);
    catch_up(before.st_ino);
  }
  return result;
}

static int remove_name(int folder, const char *name, int flags, int is_own) {
  struct stat before;
  int is_ours = is_own && is_watched(folder) && !status_at(folder, name, &before);
  int result = (int)CALL3(SYS_unlinkat, folder, name, flags);
  if (!result && is_ours) record_name(EFFECT_REMOVE, &before, folder, name);
  return result;
}

int unlinkat(int folder, const char *name, int flags) { return remove_name(folder, name, flags, IS_OWN); }

int unlink(const char *path) {
  const char *name = NULL;
  int folder = IS_OWN ? watched_parent(path, &name) : -1;
  int result = folder < 0 ? (int)CALL3(SYS_unlinkat, AT_FDCWD, path, 0) : remove_name(folder, name, 0, 1);
  if (folder >= 0) CALL1(SYS_close, folder);
  return result;
}

static int make_folder(int folder, const char *name, mode_t mode, int is_own) {
  if (fails(EFFECT_FAIL_CHANGES, folder, is_own)) return -1;
  int result = (int)CALL3(SYS_mkdirat, folder, name, mode);
  if (!result && is_own && is_watched(folder)) record_name(EFFECT_MAKE_FOLDER, NULL, folder, name);
  return result;
}

int mkdirat(int folder, const char *name, mode_t mode) { return make_folder(folder, name, mode, IS_OWN); }

int mkdir(const char *path, mode_t mode) {
  const char *name = NULL;
  int folder = IS_OWN ? watched_parent(path, &name) : -1;
  int result = folder < 0 ? (int)CALL3(SYS_mkdirat, AT_FDCWD, path, mode) : make_folder(folder, name, mode, 1);
  if (folder >= 0) CALL1(SYS_close, folder);
  return result;
}

static int open_at(int folder, const char *path, int flags, mode_t mode, int is_own) {
  struct stat before;
  int makes = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
  if (fails(makes ? EFFECT_FAIL_CHANGES : EFFECT_FAIL_LOOKS, folder, is_own)) return -1;
  int is_ours = is_own && (flags & O_CREAT) && is_watched(folder) && status_at(folder, path, &before);
  int result = (int)CALL4(SYS_openat, folder, path, flags, mode);
  if (result >= 0 && is_ours) record_name(EFFECT_CREATE, NULL, folder, path);
  return result;
}

static mode_t mode_of(int flags, va_list arguments) {
  return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

int openat(int folder, const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(folder, path, flags, mode, IS_OWN);
}

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  const char *name = NULL;
  int folder = IS_OWN ? watched_parent(path, &name) : -1;
  if (folder < 0) return (int)CALL4(SYS_openat, AT_FDCWD, path, flags, mode);
  int result = open_at(folder, name, flags, mode, 1);
  CALL1(SYS_close, folder);
  return result;
}

/* Looks at files. */

int fstatat(int folder, const char *restrict path, struct stat *restrict status, int flags) {
  if (fails(EFFECT_FAIL_LOOKS, folder, IS_OWN)) return -1;
  return (int)CALL4(SYS_newfstatat, folder, path, status, flags);
}

ssize_t fgetxattr(int fd, const char *name, void *value, size_t size) {
  if (fails(EFFECT_FAIL_LOOKS, fd, IS_OWN)) return -1;
  return CALL4(SYS_fgetxattr, fd, name, value, size);
}

ssize_t pread(int fd, void *bytes, size_t length, off_t offset) {
  if (fails(EFFECT_FAIL_LOOKS, fd, IS_OWN)) return -1;
  return CALL4(SYS_pread64, fd, bytes, length, offset);
}

/* What the C library has no function for. */
long syscall(long number, ...) {
  va_list arguments;
  va_start(arguments, number);
  long a[6];
  for (int index = 0; index < 6; index++) a[index] = va_arg(arguments, long);
  va_end(arguments);
  int is_copy = number == SYS_copy_file_range;
  if (number == SYS_openat2 && fails(EFFECT_FAIL_LOOKS, (int)a[0], IS_OWN)) return -1;
  if (is_copy && fails(EFFECT_FAIL_CHANGES, (int)a[2], IS_OWN)) return -1;
  long result = kernel_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  return is_copy ? noted(EFFECT_CHANGE, (int)a[2], IS_OWN, result) : result;
}

#if defined(__clang__)
#pragma clang attribute pop
#endif

/*
 * Preloaded into the program under test: makes one system call on files fail, the n-th of its kind, in one process.
 * FAILING_CALLS names a file of the layout below, which the test maps, too (failing_calls.py).
 * cc -shared -fPIC -O2 -o failing_calls.so failing_calls.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/* In the order of failing_calls.py. */
enum kind {
  OPEN, READ, WRITE, SYNC, LINK, RENAME, UNLINK, MKDIR, STAT, MODE, TRUNCATE, SET_ATTRIBUTE, GET_ATTRIBUTE, SENDFILE,
  LIST, COPY, LOCK, KINDS
};

struct control {
  volatile int32_t process;    /* in which calls are counted */
  volatile int32_t kind;       /* that is to fail; -1 for none */
  volatile int32_t error;      /* errno; 0: a call that transfers bytes transfers only one */
  volatile int32_t countdown;  /* the call that brings it to 0 fails */
  volatile int32_t hits;
  volatile int32_t counts[KINDS];
};

static struct control *control;

__attribute__((constructor)) static void map_control(void) {
  const char *path = getenv("FAILING_CALLS");
  if (path == NULL) return;
  int (*open_file)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
  int file = open_file(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *memory = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory != MAP_FAILED) control = memory;
}

/* 0: the call is to be made; 1: it fails with errno set; 2: it is to be short. */
static int fails(enum kind kind) {
  if (control == NULL || control->process != getpid()) return 0;
  __atomic_add_fetch(&control->counts[kind], 1, __ATOMIC_SEQ_CST);
  if (control->kind != (int32_t)kind) return 0;
  if (__atomic_sub_fetch(&control->countdown, 1, __ATOMIC_SEQ_CST) != 0) return 0;
  __atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST);
  if (control->error == 0) return 2;
  errno = control->error;
  return 1;
}

static int is_file(int descriptor) {
  struct stat status;
  return syscall(SYS_fstat, descriptor, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

#define NEXT(result, name, ...) ((result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

#define SIMPLE(result, name, kind, parameters, arguments, ...) \
  result name parameters {                                      \
    static result (*next)(__VA_ARGS__);                         \
    if (next == NULL) next = NEXT(result, name, __VA_ARGS__);   \
    if (fails(kind) == 1) return -1;                            \
    return next arguments;                                      \
  }

SIMPLE(int, fsync, SYNC, (int a), (a), int)
SIMPLE(int, fdatasync, SYNC, (int a), (a), int)
SIMPLE(int, linkat, LINK, (int a, const char *b, int c, const char *d, int e), (a, b, c, d, e), int, const char *, int,
       const char *, int)
SIMPLE(int, renameat, RENAME, (int a, const char *b, int c, const char *d), (a, b, c, d), int, const char *, int,
       const char *)
SIMPLE(int, unlinkat, UNLINK, (int a, const char *b, int c), (a, b, c), int, const char *, int)
SIMPLE(int, mkdirat, MKDIR, (int a, const char *b, mode_t c), (a, b, c), int, const char *, mode_t)
SIMPLE(int, fstatat, STAT, (int a, const char *b, struct stat *c, int d), (a, b, c, d), int, const char *, struct stat *,
       int)
SIMPLE(int, fchmod, MODE, (int a, mode_t b), (a, b), int, mode_t)
SIMPLE(int, ftruncate, TRUNCATE, (int a, off_t b), (a, b), int, off_t)
SIMPLE(int, fsetxattr, SET_ATTRIBUTE, (int a, const char *b, const void *c, size_t d, int e), (a, b, c, d, e), int,
       const char *, const void *, size_t, int)
SIMPLE(ssize_t, fgetxattr, GET_ATTRIBUTE, (int a, const char *b, void *c, size_t d), (a, b, c, d), int, const char *,
       void *, size_t)
SIMPLE(ssize_t, flistxattr, GET_ATTRIBUTE, (int a, char *b, size_t c), (a, b, c), int, char *, size_t)
SIMPLE(int, flock, LOCK, (int a, int b), (a, b), int, int)

int fstat(int descriptor, struct stat *status) {
  if (is_file(descriptor) && fails(STAT) == 1) return -1;
  return (int)syscall(SYS_fstat, descriptor, status);
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
  if (fails(OPEN) == 1) return -1;
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_at(folder, path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_at(AT_FDCWD, path, flags, mode);
}

#define TRANSFER(name, kind, parameters, arguments, ...)        \
  ssize_t name parameters {                                     \
    static ssize_t (*next)(__VA_ARGS__);                        \
    if (next == NULL) next = NEXT(ssize_t, name, __VA_ARGS__);  \
    int failure = is_file(file) ? fails(kind) : 0;              \
    if (failure == 1) return -1;                                \
    if (failure == 2 && count > 1) count = 1;                   \
    return next arguments;                                      \
  }

TRANSFER(read, READ, (int file, void *a, size_t count), (file, a, count), int, void *, size_t)
TRANSFER(pread, READ, (int file, void *a, size_t count, off_t b), (file, a, count, b), int, void *, size_t, off_t)
TRANSFER(write, WRITE, (int file, const void *a, size_t count), (file, a, count), int, const void *, size_t)
TRANSFER(pwrite, WRITE, (int file, const void *a, size_t count, off_t b), (file, a, count, b), int, const void *, size_t,
         off_t)
TRANSFER(sendfile, SENDFILE, (int socket, int file, off_t *a, size_t count), (socket, file, a, count), int, int, off_t *,
         size_t)

/* What the program calls by number. */
long syscall(long number, ...) {
  static long (*next)(long, ...);
  if (next == NULL) next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  va_list rest;
  va_start(rest, number);
  long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
  long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_openat2 && fails(OPEN) == 1) return -1;
  if (number == SYS_preadv2 && fails(READ) == 1) return -1;
  if (number == SYS_copy_file_range && fails(COPY) == 1) return -1;
  if (number == SYS_statx && fails(STAT) == 1) return -1;
  return next(number, a, b, c, d, e, f);
}

/* The same, under the names that SQLite uses. */
int open64(const char *path, int flags, ...) __attribute__((alias("open")));
int fstat64(int descriptor, struct stat64 *status) __attribute__((alias("fstat")));
int ftruncate64(int a, off64_t b) __attribute__((alias("ftruncate")));
ssize_t pread64(int file, void *a, size_t count, off64_t b) __attribute__((alias("pread")));
ssize_t pwrite64(int file, const void *a, size_t count, off64_t b) __attribute__((alias("pwrite")));

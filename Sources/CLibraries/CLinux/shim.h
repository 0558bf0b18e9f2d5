/*
 * Linux interfaces that Swift's Glibc module lacks: missing headers, variadic calls, raw system calls, atomics.
 * No _GNU_SOURCE here: the C library's types would differ from those of the Glibc module. What glibc hides without it
 * is called by its system call number.
 */
#pragma once
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sockios.h>
#include <linux/stat.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static inline int vitrine_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int vitrine_openat(int directory, const char *path, int flags, mode_t mode) {
  return openat(directory, path, flags, mode);
}
/* openat2(2) has no wrapper in glibc 2.36. */
static inline int vitrine_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = 0, .resolve = resolve};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}
static inline int vitrine_fcntl_get(int fd, int command) { return fcntl(fd, command); }
static inline int vitrine_fcntl_set(int fd, int command, int value) { return fcntl(fd, command, value); }
/* Bytes still in the send queue of a socket (SIOCOUTQ), or -1. */
static inline int vitrine_unsent_bytes(int fd) {
  int count = 0;
  return ioctl(fd, SIOCOUTQ, &count) < 0 ? -1 : count;
}
static inline int vitrine_set_process_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
static inline int vitrine_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
static inline int vitrine_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
/* Into a network namespace of its own, which has not even a loopback that is up; without privilege only together with a
   user namespace. */
static inline int vitrine_leave_network(int with_user) {
  return (int)syscall(SYS_unshare, 0x40000000 /* CLONE_NEWNET */ | (with_user ? 0x10000000 /* CLONE_NEWUSER */ : 0));
}
/* In glibc since 2.34, declared for _GNU_SOURCE only. */
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
static inline int vitrine_spawn_close_from(posix_spawn_file_actions_t *actions, int from) {
  return posix_spawn_file_actions_addclosefrom_np(actions, from);
}
static inline int vitrine_memory_file(const char *name) {
  return (int)syscall(SYS_memfd_create, name, 1U /* MFD_CLOEXEC */);
}
static inline int vitrine_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0U); }
static inline void vitrine_epoll_event_set(struct epoll_event *event, uint32_t events, uint64_t data) {
  event->events = events;
  event->data.u64 = data;
}
static inline uint64_t vitrine_epoll_event_data(const struct epoll_event *event) { return event->data.u64; }
static inline int vitrine_wait_exit_status(int status) { return WEXITSTATUS(status); }
static inline int vitrine_wait_signaled(int status) { return WIFSIGNALED(status); }
static inline int vitrine_wait_signal(int status) { return WTERMSIG(status); }
static inline void vitrine_ignore_signal(int signal_number) { signal(signal_number, SIG_IGN); }

/* Counters in memory shared by processes. */
static inline uint64_t vitrine_atomic_load(const volatile uint64_t *cell) { return __atomic_load_n(cell, __ATOMIC_RELAXED); }
static inline void vitrine_atomic_store(volatile uint64_t *cell, uint64_t value) {
  __atomic_store_n(cell, value, __ATOMIC_RELAXED);
}
static inline uint64_t vitrine_atomic_add(volatile uint64_t *cell, uint64_t value) {
  return __atomic_add_fetch(cell, value, __ATOMIC_RELAXED);
}

/* A count of signals in a futex(2) of this process: it is waited for another count than the one that was seen. */
static inline uint32_t vitrine_futex_count(const uint32_t *count) { return __atomic_load_n(count, __ATOMIC_SEQ_CST); }
static inline void vitrine_futex_wait(uint32_t *count, uint32_t seen) {
  syscall(SYS_futex, count, 128 /* FUTEX_WAIT_PRIVATE */, seen, (void *)0, (void *)0, 0);
}
static inline void vitrine_futex_wake(uint32_t *count, int most) {
  __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, count, 129 /* FUTEX_WAKE_PRIVATE */, most, (void *)0, (void *)0, 0);
}

/* preadv2 with RWF_NOWAIT: bytes read from the page cache, or -1 with EAGAIN where a disk would have to be waited for. */
static inline ssize_t vitrine_pread_cached(int fd, void *buffer, size_t length, off_t offset) {
  struct iovec part = {.iov_base = buffer, .iov_len = length};
  return syscall(SYS_preadv2, fd, &part, 1UL, offset, 0UL, 0x00000008 /* RWF_NOWAIT */);
}

/* sync_file_range(2) with SYNC_FILE_RANGE_WRITE. */
static inline void vitrine_begin_writing(int fd, off_t offset, off_t length) {
  syscall(SYS_sync_file_range, fd, offset, length, 2);
}

/* The f_type of statfs(2), or -1. */
static inline int64_t vitrine_file_system_type(int fd) {
  struct statfs status;
  return fstatfs(fd, &status) < 0 ? -1 : (int64_t)status.f_type;
}
/* ioprio_set(2) of the calling thread: class 3 is "idle". */
static inline int vitrine_set_idle_io_priority(void) { return (int)syscall(SYS_ioprio_set, 1, 0, 3 << 13); }
/* On Linux a nice value belongs to a thread. */
static inline int vitrine_set_thread_nice(int value) { return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), value); }

static inline int vitrine_accept4(int fd) {
  return (int)syscall(SYS_accept4, fd, (void *)0, (void *)0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
/* Two pieces, sent as one. Never waits, and raises no signal. */
static inline ssize_t vitrine_send_two(int socket, const void *first, size_t firstLength, const void *second,
                                       size_t secondLength) {
  struct iovec parts[2] = {{.iov_base = (void *)first, .iov_len = firstLength},
                           {.iov_base = (void *)second, .iov_len = secondLength}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}
static inline int vitrine_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC | O_NONBLOCK); }
/* F_SETPIPE_SZ, and F_GETPIPE_SZ. */
static inline int vitrine_set_pipe_size(int fd, int size) { return fcntl(fd, 1031, size); }
static inline int vitrine_pipe_size(int fd) { return fcntl(fd, 1032); }
/* splice(2) from or to a pipe, with SPLICE_F_MOVE and SPLICE_F_NONBLOCK. */
static inline ssize_t vitrine_splice(int in, int out, size_t length) {
  return syscall(SYS_splice, in, (void *)0, out, (void *)0, length, 1U | 2U);
}
/* Bytes that wait in a socket to be received (SIOCINQ), or -1. */
static inline int vitrine_waiting_bytes(int fd) {
  int count = 0;
  return ioctl(fd, SIOCINQ, &count) < 0 ? -1 : count;
}
/* Bytes that a TCP connection has received so far, those that wait to be taken among them, or -1: tcpi_bytes_received of
   TCP_INFO, by its offset, since <linux/tcp.h> and <netinet/tcp.h> exclude each other. */
static inline int64_t vitrine_received_bytes(int fd) {
  char info[256];
  socklen_t length = sizeof info;
  int64_t count = -1;
  if (getsockopt(fd, 6 /* IPPROTO_TCP */, 11 /* TCP_INFO */, info, &length) < 0) return -1;
  if (length >= 136) __builtin_memcpy(&count, info + 128, sizeof count);
  return count;
}
/* A descriptor, sent with one byte over a unix socket. Never waits. */
static inline int vitrine_send_descriptor(int socket, int descriptor) {
  char byte = 0;
  struct iovec part = {.iov_base = &byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
  } control = {.room = {0}};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  __builtin_memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -1 : 0;
}
/* Such a descriptor, closed on exec, or -1; EBADMSG where a message came without one. Never waits. */
static inline int vitrine_receive_descriptor(int socket) {
  char byte;
  struct iovec part = {.iov_base = &byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};
  if (recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  int descriptor = -1;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    __builtin_memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  else
    errno = EBADMSG;
  return descriptor;
}
static inline ssize_t vitrine_copy_file_range(int in, int64_t in_offset, int out, int64_t out_offset, size_t length) {
  return syscall(SYS_copy_file_range, in, &in_offset, out, &out_offset, length, 0U);
}
/* What the kernel knows of an open file without asking a server (statx(2), AT_STATX_DONT_SYNC): only its length and the
   times of its last changes are filled in. */
static inline int vitrine_cached_status(int fd, struct stat *status) {
  struct statx found;
  long result = syscall(SYS_statx, fd, "", 0x1000 /* AT_EMPTY_PATH */ | 0x4000 /* AT_STATX_DONT_SYNC */,
                        STATX_BASIC_STATS, &found);
  if (result < 0) return -1;
  status->st_dev = makedev(found.stx_dev_major, found.stx_dev_minor);
  status->st_ino = found.stx_ino;
  status->st_mode = found.stx_mode;
  status->st_uid = found.stx_uid;
  status->st_gid = found.stx_gid;
  status->st_blocks = (blkcnt_t)found.stx_blocks;
  status->st_size = (off_t)found.stx_size;
  status->st_nlink = found.stx_nlink;
  status->st_mtim.tv_sec = found.stx_mtime.tv_sec;
  status->st_mtim.tv_nsec = found.stx_mtime.tv_nsec;
  status->st_ctim.tv_sec = found.stx_ctime.tv_sec;
  status->st_ctim.tv_nsec = found.stx_ctime.tv_nsec;
  return 0;
}

// Whether a descriptor is one of a regular file that has no name, as far as the kernel knows without asking a server.
static inline int vitrine_is_unnamed_file(int fd) {
  struct statx found;
  long result = syscall(SYS_statx, fd, "", 0x1000 /* AT_EMPTY_PATH */ | 0x4000 /* AT_STATX_DONT_SYNC */,
                        STATX_TYPE | STATX_NLINK, &found);
  return result == 0 && S_ISREG(found.stx_mode) && found.stx_nlink == 0;
}

// SEEK_DATA and SEEK_HOLE are 3 and 4 on Linux; <unistd.h> shows them to GNU programs only.
static inline off_t vitrine_seek_data(int fd, off_t offset) { return lseek(fd, offset, 3); }

static inline off_t vitrine_seek_hole(int fd, off_t offset) { return lseek(fd, offset, 4); }

/* keep-socket PATH: keeps a listening socket for a program that is being replaced as a whole, as the one in a container is.
   The program that ends connects to PATH and sends the descriptor; the next one connects, ends its own side, and gets it
   back, or one byte without a descriptor where there is none. Connections wait in the socket meanwhile. What nobody has
   come for within a minute is closed: then clients hear that nobody serves. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const time_t limit = 60;

union control {
  struct cmsghdr header;
  char room[CMSG_SPACE(sizeof(int))];
};

/* The descriptor that a message brought; -1 for the end, or a message without one. */
static int received(int connection) {
  char byte;
  union control control = {.room = {0}};
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};
  if (recvmsg(connection, &message, MSG_CMSG_CLOEXEC) <= 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  int descriptor = -1;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

static void give(int connection, int descriptor) {
  char byte = 0;
  union control control = {.room = {0}};
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (descriptor >= 0) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control.room;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  sendmsg(connection, &message, MSG_NOSIGNAL);
}

static time_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec;
}

int main(int count, char **words) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (count != 2 || strlen(words[1]) >= sizeof address.sun_path) {
    fprintf(stderr, "usage: keep-socket PATH (of at most %zu bytes)\n", sizeof address.sun_path - 1);
    return 2;
  }
  strcpy(address.sun_path, words[1]);
  unlink(words[1]);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 4) < 0) {
    fprintf(stderr, "keep-socket: cannot listen on %s: %s\n", words[1], strerror(errno));
    return 1;
  }
  int stored = -1;
  time_t deadline = 0;
  for (;;) {
    struct pollfd waiting = {.fd = listener, .events = POLLIN};
    int ready = poll(&waiting, 1, stored < 0 ? -1 : 1000);
    if (stored >= 0 && now() >= deadline) {
      close(stored);
      stored = -1;
    }
    int connection = ready > 0 ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
    if (connection < 0) continue;
    struct timeval reading = {.tv_sec = 1};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &reading, sizeof reading);
    int brought = received(connection);
    if (brought < 0) give(connection, stored);
    if (stored >= 0) close(stored);
    stored = brought;
    deadline = now() + limit;
    close(connection);
  }
}

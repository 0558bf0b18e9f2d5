// Clients that send prepared requests one after the other, each on a persistent connection, each waiting for its answer and
// reading it to the end; all in one thread, so that thousands are possible. Prints how many were answered with a success,
// in how many seconds, how many were not, and the milliseconds that half of the answers took at most, and 99 of 100.
// Usage: mixed-load REQUESTS CLIENTS SECONDS
//   REQUESTS  a file: for each request a line with its port and its length in bytes, and then the request as it is sent.
//             Clients are spread over the ports; each sends those of its port in turn, beginning where another one does not

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "client.h"

enum { PORTS = 4, HEAD = 16384 };

struct group {
    uint16_t port;
    struct bytes *requests;
    size_t count;
};

struct client {
    int connection;
    struct group *group;
    size_t next, sent, have, rest;
    double began;
    int reads_body, closes, status;
    char head[HEAD];
};

static struct group groups[PORTS];
static size_t group_count;
static double *latencies;
static size_t taken, room;
static long failed;

static struct group *group_of(uint16_t port) {
    for (size_t index = 0; index < group_count; index++)
        if (groups[index].port == port) return &groups[index];
    if (group_count == PORTS) exit(2);
    groups[group_count].port = port;
    return &groups[group_count++];
}

static void split(struct bytes file) {
    for (char *start = file.start, *end = file.start + file.count; start < end;) {
        char *line = memchr(start, '\n', (size_t)(end - start));
        unsigned port;
        size_t length;
        if (line == NULL || sscanf(start, "%u %zu", &port, &length) != 2) exit(2);
        struct group *group = group_of((uint16_t)port);
        group->requests = realloc(group->requests, (group->count + 1) * sizeof *group->requests);
        if (group->requests == NULL) exit(1);
        group->requests[group->count++] = (struct bytes){line + 1, length};
        start = line + 1 + length;
    }
}

static void note(struct client *client, int succeeds) {
    if (!succeeds) {
        failed++;
        return;
    }
    if (taken == room) {
        room = room == 0 ? 65536 : room * 2;
        latencies = realloc(latencies, room * sizeof *latencies);
        if (latencies == NULL) exit(1);
    }
    latencies[taken++] = now() - client->began;
}

static void begin(struct client *client) {
    client->sent = client->have = client->rest = 0;
    client->reads_body = client->closes = client->status = 0;
    client->began = now();
}

static void open_connection(struct client *client, int poll) {
    client->connection = connect_to(client->group->port);
    fcntl(client->connection, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = client};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, client->connection, &event) != 0) exit(1);
}

// The answer is over, or there is none: the next request begins.
static void finish(struct client *client, int poll, int succeeds) {
    note(client, succeeds);
    if (!succeeds || client->closes) {
        close(client->connection);
        open_connection(client, poll);
    }
    client->next = (client->next + 1) % client->group->count;
    begin(client);
}

// Reads the head from what has come. Returns -1 for no answer, 0 where more has to come.
static int read_head(struct client *client) {
    client->head[client->have] = 0;
    char *end = strstr(client->head, "\r\n\r\n");
    if (end == NULL) return client->have == HEAD - 1 ? -1 : 0;
    char *field = strcasestr(client->head, "\r\nContent-Length:");
    if (field == NULL || field > end || strncmp(client->head, "HTTP/1.1 ", 9) != 0) return -1;
    char *close = strcasestr(client->head, "\r\nConnection: close\r\n");
    client->closes = close != NULL && close < end;
    client->status = atoi(client->head + 9);
    size_t whole = (size_t)(end + 4 - client->head) + strtoul(field + 17, NULL, 10);
    client->rest = whole - client->have;
    return 1;
}

// Goes on as far as it gets without waiting. Returns whether to call it again at once.
static int proceed(struct client *client, int poll) {
    static char body[1 << 16];
    struct bytes request = client->group->requests[client->next];
    while (client->sent < request.count) {
        ssize_t count =
            send(client->connection, request.start + client->sent, request.count - client->sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN) return 0;
        if (count <= 0) return finish(client, poll, 0), 1;
        client->sent += (size_t)count;
    }
    while (1) {
        char *to = client->reads_body ? body : client->head + client->have;
        size_t size = client->reads_body ? sizeof body : HEAD - 1 - client->have;
        ssize_t count = recv(client->connection, to, size, 0);
        if (count < 0 && errno == EAGAIN) return 0;
        if (count <= 0) return finish(client, poll, 0), 1;
        if (client->reads_body) {
            client->rest -= (size_t)count;
        } else {
            client->have += (size_t)count;
            int found = read_head(client);
            if (found < 0) return finish(client, poll, 0), 1;
            client->reads_body = found;
        }
        if (client->reads_body && client->rest == 0)
            return finish(client, poll, client->status >= 200 && client->status < 300), 1;
    }
}

static int compare(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return a < b ? -1 : a > b;
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: mixed-load REQUESTS CLIENTS SECONDS\n");
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct bytes file = read_file(arguments[1]);
    if (file.start == NULL) return 1;
    split(file);
    size_t clients = (size_t)atol(arguments[2]);
    struct client *all = calloc(clients, sizeof *all);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (all == NULL || poll < 0 || group_count == 0) return 1;
    for (size_t index = 0; index < clients; index++) {
        all[index].group = &groups[index % group_count];
        all[index].next = index / group_count % all[index].group->count;
        open_connection(&all[index], poll);
        begin(&all[index]);
    }
    double start = now(), deadline = start + atof(arguments[3]);
    struct epoll_event events[256];
    while (now() < deadline) {
        int ready = epoll_wait(poll, events, 256, 100);
        for (int index = 0; index < ready; index++) {
            while (proceed(events[index].data.ptr, poll)) {
                if (now() >= deadline) break;
            }
        }
    }
    double seconds = now() - start;
    qsort(latencies, taken, sizeof *latencies, compare);
    double half = taken > 0 ? latencies[taken / 2] : 0, most = taken > 0 ? latencies[taken * 99 / 100] : 0;
    printf("%zu %.6f %ld %.3f %.3f\n", taken, seconds, failed, half * 1e3, most * 1e3);
    return 0;
}

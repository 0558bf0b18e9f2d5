// Clients of an object store that send prepared requests one after the other, each on a kept connection, each waiting for
// its answer and reading it to the end. Prints how many were answered with a success, in how many seconds, how many were
// not, and how many bytes of bodies came back.
// Usage: object-load PORT HEADS BODY CLIENTS SECONDS LIMIT
//   HEADS  a file of requests without bodies, each ended by an empty line; taken in turn, again and again
//   BODY   the file that follows each of them; - for none

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "clock.h"

static struct sockaddr_in server = {.sin_family = AF_INET};
static struct bytes *heads, body;
static size_t head_count;
static double deadline;
static atomic_long claimed, succeeded, failed, received;
static long limit;

// Cuts the file behind every empty line.
static void split(struct bytes file) {
    size_t room = 0;
    for (char *start = file.start, *end = file.start + file.count; start < end;) {
        char *stop = memmem(start, (size_t)(end - start), "\r\n\r\n", 4);
        if (stop == NULL) return;
        if (head_count == room) {
            room = room == 0 ? 1024 : room * 2;
            heads = realloc(heads, room * sizeof *heads);
            if (heads == NULL) exit(1);
        }
        heads[head_count++] = (struct bytes){start, (size_t)(stop + 4 - start)};
        start = stop + 4;
    }
}

static int connection(void) {
    int one = 1;
    struct timeval patience = {.tv_sec = 60};
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0 || connect(made, (struct sockaddr *)&server, sizeof server) != 0) {
        perror("object-load");
        exit(1);
    }
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return made;
}

static int send_all(int connection, struct bytes bytes, int flags) {
    for (size_t done = 0; done < bytes.count;) {
        ssize_t count = send(connection, bytes.start + done, bytes.count - done, MSG_NOSIGNAL | flags);
        if (count <= 0) return 0;
        done += (size_t)count;
    }
    return 1;
}

// The answer's status, read to the end of its body; 0 where it is none that can be followed by another. `closes` tells
// whether it is the last on this connection.
static int answer(int connection, char *buffer, size_t size, int *closes) {
    size_t have = 0;
    char *head_end = NULL;
    while (head_end == NULL && have < size - 1) {
        ssize_t count = recv(connection, buffer + have, size - 1 - have, 0);
        if (count <= 0) return 0;
        have += (size_t)count;
        buffer[have] = 0;
        head_end = strstr(buffer, "\r\n\r\n");
    }
    if (head_end == NULL) return 0;
    int status = strncmp(buffer, "HTTP/1.1 ", 9) == 0 ? atoi(buffer + 9) : 0;
    char *close = strcasestr(buffer, "\r\nConnection: close\r\n");
    *closes = close != NULL && close < head_end;
    char *field = strcasestr(buffer, "\r\nContent-Length:");
    if (field == NULL || field > head_end) return 0;
    size_t length = strtoul(field + 17, NULL, 10), whole = (size_t)(head_end + 4 - buffer) + length;
    while (have < whole) {
        ssize_t count = recv(connection, buffer, size, 0);
        if (count <= 0) return 0;
        have += (size_t)count;
    }
    atomic_fetch_add(&received, (long)length);
    return status;
}

static void *client(void *unused) {
    (void)unused;
    static const size_t size = 1 << 18;
    char *buffer = malloc(size);
    if (buffer == NULL) exit(1);
    int made = connection();
    for (long number; now() < deadline && (number = atomic_fetch_add(&claimed, 1)) < limit;) {
        struct bytes head = heads[(size_t)number % head_count];
        int sent = send_all(made, head, body.count > 0 ? MSG_MORE : 0) && send_all(made, body, 0);
        int closes = 0, status = sent ? answer(made, buffer, size, &closes) : 0;
        int succeeds = status >= 200 && status < 300;
        if (!succeeds && atomic_fetch_add(&failed, 1) == 0) {
            fprintf(stderr, "object-load: status %d\n%.2000s\n", status, status == 0 ? "" : buffer);
        }
        if (succeeds) atomic_fetch_add(&succeeded, 1);
        if (!succeeds || closes) {
            close(made);
            made = connection();
        }
    }
    close(made);
    free(buffer);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 7) {
        fprintf(stderr, "usage: object-load PORT HEADS BODY CLIENTS SECONDS LIMIT\n");
        return 2;
    }
    server.sin_port = htons((uint16_t)atoi(arguments[1]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct bytes file = read_file(arguments[2]);
    if (strcmp(arguments[3], "-") != 0) body = read_file(arguments[3]);
    if (file.start == NULL || (body.start == NULL && strcmp(arguments[3], "-") != 0)) {
        perror("object-load");
        return 1;
    }
    split(file);
    if (head_count == 0) return 1;
    limit = atol(arguments[6]);
    double start = now();
    deadline = start + atof(arguments[5]);
    int clients = atoi(arguments[4]);
    pthread_t thread[clients];
    for (int index = 0; index < clients; index++) {
        if (pthread_create(&thread[index], NULL, client, NULL) != 0) return 1;
    }
    for (int index = 0; index < clients; index++) pthread_join(thread[index], NULL);
    printf("%ld %.6f %ld %ld\n", (long)succeeded, now() - start, (long)failed, (long)received);
    return 0;
}

// Clients of an object store that send prepared requests one after the other, each on a persistent connection, each waiting for
// its answer and reading it to the end. Prints how many were answered with a success, in how many seconds, how many were
// not, and how many bytes of bodies came back.
// Usage: object-load PORT HEADS BODY CLIENTS SECONDS LIMIT
//   HEADS  a file of requests without bodies, each ended by an empty line; taken in turn, again and again
//   BODY   the file that follows each of them; - for none

#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static uint16_t port;
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

static void *client(void *unused) {
    (void)unused;
    static const size_t size = 1 << 18;
    char *buffer = malloc(size);
    if (buffer == NULL) exit(1);
    int made = connect_to(port);
    for (long number; now() < deadline && (number = atomic_fetch_add(&claimed, 1)) < limit;) {
        struct bytes head = heads[(size_t)number % head_count];
        int sent = send_all(made, head, body.count > 0 ? MSG_MORE : 0) && send_all(made, body, 0);
        struct answer answer = {0, 0, 0};
        if (sent) answer = read_answer(made, buffer, size);
        int succeeds = answer.status >= 200 && answer.status < 300;
        atomic_fetch_add(&received, (long)answer.length);
        if (!succeeds && atomic_fetch_add(&failed, 1) == 0) {
            fprintf(stderr, "object-load: status %d\n%.2000s\n", answer.status, answer.status == 0 ? "" : buffer);
        }
        if (succeeds) atomic_fetch_add(&succeeded, 1);
        if (!succeeds || answer.closes) {
            close(made);
            made = connect_to(port);
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
    port = (uint16_t)atoi(arguments[1]);
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

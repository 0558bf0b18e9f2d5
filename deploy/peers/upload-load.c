// Clients that send a picture in a form again and again, each on a persistent connection, each waiting for its answer.
// Prints how many were answered with a success, in how many seconds, and how many were not.
// Usage: upload-load PORT PATH PICTURE CLIENTS SECONDS LIMIT

#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static uint16_t port;
static struct bytes request;
static double deadline;
static atomic_long claimed, succeeded, failed;
static long limit;

// As long as those of browsers.
#define BOUNDARY "----WebKitFormBoundaryVitrineBench01"

// The request as it goes over the wire, head and form.
static struct bytes make_request(const char *path, struct bytes picture) {
    static const char part[] = "--" BOUNDARY "\r\n"
                               "Content-Disposition: form-data; name=\"file\"; filename=\"cat.jpg\"\r\n"
                               "Content-Type: image/jpeg\r\n\r\n";
    static const char end[] = "\r\n--" BOUNDARY "--\r\n";
    size_t body = sizeof part - 1 + picture.count + sizeof end - 1;
    char head[512];
    int length = snprintf(head, sizeof head,
                          "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n"
                          "Content-Type: multipart/form-data; boundary=" BOUNDARY "\r\n\r\n",
                          path, body);
    struct bytes made = {malloc((size_t)length + body), (size_t)length + body};
    if (made.start == NULL) exit(1);
    char *to = mempcpy(made.start, head, (size_t)length);
    to = mempcpy(to, part, sizeof part - 1);
    to = mempcpy(to, picture.start, picture.count);
    memcpy(to, end, sizeof end - 1);
    return made;
}

static void *client(void *unused) {
    (void)unused;
    char buffer[16384];
    int made = connect_to(port);
    while (now() < deadline && atomic_fetch_add(&claimed, 1) < limit) {
        struct answer answer = {0, 0, 0};
        if (send_all(made, request, 0)) answer = read_answer(made, buffer, sizeof buffer);
        int succeeds = answer.status == 200 || answer.status == 201;
        atomic_fetch_add(succeeds ? &succeeded : &failed, 1);
        if (!succeeds || answer.closes) {
            close(made);
            made = connect_to(port);
        }
    }
    close(made);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 7) {
        fprintf(stderr, "usage: upload-load PORT PATH PICTURE CLIENTS SECONDS LIMIT\n");
        return 2;
    }
    port = (uint16_t)atoi(arguments[1]);
    struct bytes picture = read_file(arguments[3]);
    if (picture.start == NULL) {
        perror("upload-load");
        return 1;
    }
    request = make_request(arguments[2], picture);
    limit = atol(arguments[6]);
    double start = now();
    deadline = start + atof(arguments[5]);
    int clients = atoi(arguments[4]);
    pthread_t thread[clients];
    for (int index = 0; index < clients; index++) {
        if (pthread_create(&thread[index], NULL, client, NULL) != 0) return 1;
    }
    for (int index = 0; index < clients; index++) pthread_join(thread[index], NULL);
    printf("%ld %.6f %ld\n", (long)succeeded, now() - start, (long)failed);
    return 0;
}

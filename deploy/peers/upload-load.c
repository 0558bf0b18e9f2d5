// Clients that send a picture in a form again and again, each on a kept connection, each waiting for its answer.
// Prints how many were answered with a success, in how many seconds, and how many were not.
// Usage: upload-load PORT PATH PICTURE CLIENTS SECONDS LIMIT

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
static struct bytes request;
static double deadline;
static atomic_long claimed, succeeded, failed;
static long limit;

// The request as it goes over the wire, head and form.
static struct bytes make_request(const char *path, struct bytes picture) {
    static const char part[] = "--vitrine-bench\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.jpg\"\r\n"
                               "Content-Type: image/jpeg\r\n\r\n";
    static const char end[] = "\r\n--vitrine-bench--\r\n";
    size_t body = sizeof part - 1 + picture.count + sizeof end - 1;
    char head[512];
    int length = snprintf(head, sizeof head,
                          "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n"
                          "Content-Type: multipart/form-data; boundary=vitrine-bench\r\n\r\n",
                          path, body);
    struct bytes made = {malloc((size_t)length + body), (size_t)length + body};
    if (made.start == NULL) exit(1);
    char *to = mempcpy(made.start, head, (size_t)length);
    to = mempcpy(to, part, sizeof part - 1);
    to = mempcpy(to, picture.start, picture.count);
    memcpy(to, end, sizeof end - 1);
    return made;
}

static int connection(void) {
    int one = 1;
    struct timeval patience = {.tv_sec = 30};
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0 || connect(made, (struct sockaddr *)&server, sizeof server) != 0) {
        perror("upload-load");
        exit(1);
    }
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return made;
}

// The answer's status, read to the end of its body; 0 where it is none that can be followed by another.
static int answer(int connection) {
    char text[16384];
    size_t have = 0;
    char *head_end = NULL;
    while (head_end == NULL) {
        ssize_t count = recv(connection, text + have, sizeof text - 1 - have, 0);
        if (count <= 0) return 0;
        have += (size_t)count;
        text[have] = 0;
        head_end = strstr(text, "\r\n\r\n");
    }
    int status = strncmp(text, "HTTP/1.1 ", 9) == 0 ? atoi(text + 9) : 0;
    char *field = strcasestr(text, "\r\nContent-Length:");
    if (field == NULL || field > head_end) return 0;
    size_t whole = (size_t)(head_end + 4 - text) + strtoul(field + 17, NULL, 10);
    while (have < whole) {
        ssize_t count = recv(connection, text, sizeof text, 0);
        if (count <= 0) return 0;
        have += (size_t)count;
    }
    return status;
}

static int upload(int connection) {
    for (size_t done = 0; done < request.count;) {
        ssize_t count = send(connection, request.start + done, request.count - done, MSG_NOSIGNAL);
        if (count <= 0) return 0;
        done += (size_t)count;
    }
    return answer(connection);
}

static void *client(void *unused) {
    (void)unused;
    int made = connection();
    while (now() < deadline && atomic_fetch_add(&claimed, 1) < limit) {
        int status = upload(made);
        if (status == 200 || status == 201) {
            atomic_fetch_add(&succeeded, 1);
        } else {
            atomic_fetch_add(&failed, 1);
            close(made);
            made = connection();
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
    server.sin_port = htons((uint16_t)atoi(arguments[1]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
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

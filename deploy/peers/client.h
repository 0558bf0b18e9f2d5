// One client of the load programs: a connection to a port of this machine, and answers that are read to their end.

#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "clock.h"

// A connection, whose answers may take a minute. Ends the program where there is none.
static inline int connect_to(uint16_t port) {
    struct sockaddr_in server = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    struct timeval limit = {.tv_sec = 60};
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0 || connect(made, (struct sockaddr *)&server, sizeof server) != 0) {
        perror("connecting");
        exit(1);
    }
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return made;
}

static inline int send_all(int connection, struct bytes bytes, int flags) {
    for (size_t done = 0; done < bytes.count;) {
        ssize_t count = send(connection, bytes.start + done, bytes.count - done, MSG_NOSIGNAL | flags);
        if (count <= 0) return 0;
        done += (size_t)count;
    }
    return 1;
}

struct answer {
    // 0 where it is none that can be followed by another.
    int status;
    // Whether it is the last on its connection.
    int closes;
    // Bytes of the body.
    size_t length;
};

// Reads an answer to the end of its body. Of a short one, all is in the buffer afterwards, ended by a 0.
static inline struct answer read_answer(int connection, char *buffer, size_t size) {
    struct answer none = {0, 0, 0}, found = none;
    size_t have = 0;
    char *head_end = NULL;
    while (head_end == NULL && have < size - 1) {
        ssize_t count = recv(connection, buffer + have, size - 1 - have, 0);
        if (count <= 0) return none;
        have += (size_t)count;
        buffer[have] = 0;
        head_end = strstr(buffer, "\r\n\r\n");
    }
    if (head_end == NULL) return none;
    char *close = strcasestr(buffer, "\r\nConnection: close\r\n");
    found.closes = close != NULL && close < head_end;
    char *field = strcasestr(buffer, "\r\nContent-Length:");
    if (field == NULL || field > head_end) return none;
    found.status = strncmp(buffer, "HTTP/1.1 ", 9) == 0 ? atoi(buffer + 9) : 0;
    found.length = strtoul(field + 17, NULL, 10);
    size_t whole = (size_t)(head_end + 4 - buffer) + found.length;
    while (have < whole) {
        ssize_t count = recv(connection, buffer, size, 0);
        if (count <= 0) return none;
        have += (size_t)count;
    }
    return found;
}
